import { parseArgs } from 'node:util';
import { PortageError } from '@portage/platform';

export const usage = `Migrates a simulated Constant Contact account to a simulated Klaviyo, end to end on real servers, prints a report, then
keeps the two in step while the account changes, until Ctrl-C. May be stopped at any time and run again.

  --once             exit after the report: 0 if every record is accounted for, else 1
  --contacts N       size of the account (10000)
  --lists N          (30)
  --campaigns N      (40)
  --seed N           which account (1)
  --true-limits      the vendors at their real pace, instead of ten times faster
  --json             the report as one JSON document on stdout, words on stderr
  --reset            forget what an earlier run left, first
`;

export interface Account {
  readonly contacts: number;
  readonly lists: number;
  readonly campaigns: number;
  readonly seed: number;
  readonly speed: number;
}

export interface Flags {
  /** What was asked for; absent: as before, or the default. */
  readonly asked: Partial<Account>;
  readonly once: boolean;
  readonly json: boolean;
  readonly reset: boolean;
}

export const defaultAccount: Account = { contacts: 10_000, lists: 30, campaigns: 40, seed: 1, speed: 10 };

/** @throws PortageError `config.arguments`, or parseArgs' own error for an unknown flag */
export function parseFlags(args: readonly string[]): Flags | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      contacts: { type: 'string' },
      lists: { type: 'string' },
      campaigns: { type: 'string' },
      seed: { type: 'string' },
      'true-limits': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { contacts, lists, campaigns, seed } = values;
  return {
    asked: {
      ...numbers({ contacts, lists, campaigns, seed }),
      ...(values['true-limits'] ? { speed: 1 } : {}),
    },
    once: values.once,
    json: values.json,
    reset: values.reset,
  };
}

/** The account of this home: what an earlier run made, unless other figures are asked for, which needs `--reset`. */
export function accountOf(asked: Partial<Account>, earlier: Account | undefined): Account {
  if (earlier === undefined) return { ...defaultAccount, ...asked };
  const other = (Object.keys(asked) as (keyof Account)[]).filter((name) => asked[name] !== earlier[name]);
  if (other.length === 0) return earlier;
  const figures = other.map((name) => `${name} ${earlier[name]}, not ${asked[name]}`).join('; ');
  throw refused(`An earlier run made an account of other figures (${figures}): add --reset to forget it.`);
}

function numbers(given: Readonly<Record<string, string | undefined>>): Record<string, number> {
  const entries = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [name, value] of entries) {
    if (!/^\d{1,7}$/.test(value) || Number(value) < 1) throw refused(`--${name} takes a number from 1 to 9999999.`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)]));
}

function refused(message: string): PortageError {
  return new PortageError({ code: 'config.arguments', disposition: 'halt', message });
}
