import { streams } from './answers.js';
import { usage } from './usage.js';

type Bound = { readonly time: string } | { readonly offsets: Readonly<Record<string, number>> };

/**
 * A time (`2026-01-31`, `2026-01-31T12:00:00Z`), one offset for all partitions (`1200`), or offsets by partition (`0:10,3:20`).
 *
 * @throws PortageError `cli.usage`
 */
export function boundOf(name: string, text: string | undefined): Bound | null {
  if (text === undefined) return null;
  if (/^\d{1,15}$/.test(text)) return { offsets: { '*': Number(text) } };
  if (/^\d+:\d+(,\d+:\d+)*$/.test(text)) {
    const pairs = text.split(',').map((pair) => pair.split(':'));
    return { offsets: Object.fromEntries(pairs.map(([partition = '', offset]) => [partition, Number(offset)])) };
  }
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw usage(`${name} takes a time (2026-01-31T12:00:00Z), an offset, or PARTITION:OFFSET,...`);
  return { time: new Date(time).toISOString() };
}

/** Several words, or several in one with commas; `all` stands for all of them. */
export function streamsOf(given: readonly string[]): string[] {
  const named = wordsOf(given);
  if (named.includes('all')) return [...streams];
  const unknown = named.find((name) => !(streams as readonly string[]).includes(name));
  if (unknown !== undefined) throw usage(`--streams knows no ${unknown}: ${streams.join(', ')} or all.`);
  return named;
}

export function wordsOf(given: readonly string[]): string[] {
  return given
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** One contact id or e-mail address a line; of a line with commas or semicolons the first column. */
export function peopleOf(file: string): string[] {
  const lines = file.split(/\r?\n/).map((line) => (line.split(/[,;\t]/)[0] ?? '').replace(/^"|"$/g, '').trim());
  const people = [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
  if (people.length === 0) throw usage('The file of --people names nobody.');
  if (people.length > MOST_PEOPLE) {
    throw usage(
      `The file of --people names ${people.length} people; a replay takes ${MOST_PEOPLE}: make several, or one of everybody.`,
    );
  }
  return people;
}

/** As the loader has it. */
const MOST_PEOPLE = 100_000;

/** What one request carries. */
export function portionsOf(people: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(people.length / PORTION) }, (_, n) =>
    people.slice(n * PORTION, (n + 1) * PORTION),
  );
}

const PORTION = 5000;

export function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(rate > 0 && rate <= 1)) throw usage('--rate takes a share of the limits, above 0 and up to 1 (0.5, 50%).');
  return rate;
}
