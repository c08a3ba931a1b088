import { type Services } from './services.js';

/** What every command works with. */
export interface CommandContext {
  readonly services: Services;
  /** A line for whoever watches; never part of the answer. */
  readonly say: (line: string) => void;
  /** The one JSON document of `--json`. */
  readonly print: (value: unknown) => void;
}

/** A query of a URL; what is undefined is left out. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
