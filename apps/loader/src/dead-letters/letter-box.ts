import { type KafkaCluster, offsetRanges, type Offsets, readBounded, type SchemaRegistry } from '@portage/kafka';
import { type DeadLetter } from '@portage/records';
import { encodeCursor } from './cursor.js';
import { type Fates } from './fates.js';
import {
  type Letter,
  type LetterFate,
  type LetterFilter,
  letterOf,
  type LetterPlace,
  matches,
  stillOpen,
  unreadableLetter,
} from './letter.js';

/** A letter with all that it carries; `record` is null when the letter cannot be read itself. */
export interface OpenedLetter {
  readonly place: LetterPlace;
  readonly letter: Letter;
  readonly record: DeadLetter | null;
}

export interface PageRequest {
  readonly filter: LetterFilter;
  readonly limit: number;
  /** Empty: from the oldest letter. */
  readonly from: Offsets;
  readonly signal: AbortSignal;
}

export interface LetterPage {
  readonly letters: readonly Letter[];
  /** Null: there is nothing more at present. */
  readonly cursor: string | null;
}

/** The dead letters, read from their topic in bounded pieces and together with what was decided about them. */
export class LetterBox {
  constructor(
    private readonly cluster: KafkaCluster,
    private readonly registry: SchemaRegistry,
    private readonly fates: Fates,
  ) {}

  /** Partition by partition, oldest first in each. */
  async page({ filter, limit, from, signal }: PageRequest): Promise<LetterPage> {
    const ranges = [...(await offsetRanges(this.cluster, 'dead-letters'))].sort(([a], [b]) => a - b);
    const letters: Letter[] = [];
    const positions = new Map<number, number>();
    let more = false;
    for (const [partition, { start, end }] of ranges) {
      let position = Math.max(start, from.get(partition) ?? 0);
      while (position < end && letters.length < limit) {
        const next = Math.min(end, position + WINDOW);
        const found = (await this.#read(partition, position, next, signal)).filter(({ letter }) =>
          matches(letter, filter),
        );
        const taken = found.slice(0, limit - letters.length);
        letters.push(...taken.map(({ letter }) => letter));
        position = taken.length < found.length ? (taken.at(-1)?.place.offset ?? position) + 1 : next;
      }
      positions.set(partition, position);
      more ||= position < end;
    }
    return { letters, cursor: more ? encodeCursor(positions) : null };
  }

  /** Undefined when there is no such letter, or not any more. */
  async find({ partition, offset }: LetterPlace, signal: AbortSignal): Promise<OpenedLetter | undefined> {
    const range = (await offsetRanges(this.cluster, 'dead-letters')).get(partition);
    if (range === undefined || offset < range.start || offset >= range.end) return undefined;
    const [found] = await this.#read(partition, offset, offset + 1, signal);
    return found?.place.offset === offset ? found : undefined;
  }

  async #read(partition: number, from: number, to: number, signal: AbortSignal): Promise<OpenedLetter[]> {
    const fates = await this.fates.between(partition, from, to);
    const opened: OpenedLetter[] = [];
    await readBounded({
      cluster: this.cluster,
      registry: this.registry,
      topic: 'dead-letters',
      from: new Map([[partition, from]]),
      to: new Map([[partition, to]]),
      signal,
      onRecords: (_, records) => {
        for (const record of records) {
          const place = { partition, offset: record.offset };
          const fate: LetterFate = fates.get(record.offset) ?? stillOpen;
          if ('undecodable' in record) {
            opened.push({ place, letter: unreadableLetter(place, record.undecodable, fate), record: null });
          } else if (record.value !== null) {
            opened.push({ place, letter: letterOf(place, record.value, fate), record: record.value });
          }
        }
        return Promise.resolve();
      },
    });
    return opened;
  }
}

/** Offsets read at once. */
const WINDOW = 1000;
