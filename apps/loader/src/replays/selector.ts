import { type TakenRecord } from '@portage/kafka';
import { type Activity, type Contact, type List, type Meta, type Stream, type Values } from '@portage/records';
import { type Bound, type LeftOut, type ReplayPlan, type Selection } from './replay.js';

/** A record that has a value. */
export type Readable<S extends Stream> = TakenRecord<Values[S]> & { readonly value: Values[S] };

/**
 * Says of records that are the newest of their keys whether a replay selects them.
 *
 * Invariant 3: suppressions are replayed whole, whatever the filter.
 */
export class Selector {
  readonly #people: ReadonlySet<string> | null;
  readonly #lists: ReadonlySet<string> | null;

  constructor(private readonly selection: Selection) {
    this.#people = selection.people && new Set(selection.people);
    this.#lists = selection.lists && new Set(selection.lists);
  }

  /** Whether activities are told apart by the contacts that are selected: a membership stands in no activity. */
  get byContact(): boolean {
    return this.#lists !== null;
  }

  /** Of a compacted stream. */
  kept<S extends Exclude<Stream, 'activities'>>(stream: S, partition: number, record: Readable<S>): LeftOut | null {
    if (stream === 'contacts') return this.contact(partition, record as unknown as Readable<'contacts'>);
    return stream === 'lists' ? this.list(partition, record as unknown as Readable<'lists'>) : null;
  }

  list(partition: number, record: Readable<'lists'>): LeftOut | null {
    const { listId }: List = record.value;
    if (this.#lists !== null && !this.#lists.has(listId)) return 'other_lists';
    return this.#inRange(partition, record) ? null : 'outside_range';
  }

  contact(partition: number, record: Readable<'contacts'>): LeftOut | null {
    return this.person(record.value) ?? (this.#inRange(partition, record) ? null : 'outside_range');
  }

  /** The contact is one of those meant, whenever its record was made. */
  person({ contactId, listIds }: Contact): LeftOut | null {
    if (this.#people !== null && !this.#people.has(contactId)) return 'other_people';
    if (this.#lists !== null && !listIds.some((id) => this.#lists?.has(id))) return 'other_lists';
    return null;
  }

  /** @param isMeant  by record key, where activities are told apart by their contacts */
  activity(partition: number, record: Readable<'activities'>, isMeant: (key: string) => boolean): LeftOut | null {
    const { contactId }: Activity = record.value;
    if (this.#people !== null && !this.#people.has(contactId)) return 'other_people';
    if (this.#lists !== null && !isMeant(record.key)) return 'other_lists';
    return this.#inRange(partition, record) ? null : 'outside_range';
  }

  #inRange(partition: number, record: TakenRecord<unknown>): boolean {
    const { from, to } = this.selection;
    return (from === null || reaches(from, partition, record)) && (to === null || !reaches(to, partition, record));
  }
}

/**
 * The record belongs to a pass that was read to its end, reports included: an opt-out in one of them comes after the contact.
 * Within a replay nobody waits for the end of a pass.
 */
export function isCovered({ runId, observedAt }: Meta, pass: ReplayPlan['pass']): boolean {
  return pass !== null && (pass.runId === runId || pass.completedAt >= observedAt);
}

function reaches(bound: Bound, partition: number, { offset, timestamp }: TakenRecord<unknown>): boolean {
  if ('time' in bound) return timestamp >= bound.time;
  const at = bound.offsets[String(partition)] ?? bound.offsets['*'];
  return at === undefined || offset >= at;
}
