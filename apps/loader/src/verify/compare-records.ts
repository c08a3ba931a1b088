import { type DifferenceClass } from './difference.js';

/** The newest record of a key as the topic has it. */
export interface TopicRecord {
  readonly version: number;
  readonly hash: string;
  /** Of suppressions: their entries, as one text. */
  readonly entries: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly deleted: boolean;
}

/** The same key as the ledger has it. */
export interface LedgerRecord {
  readonly version: number;
  readonly hash: string;
  /** What the stored value amounts to; null where the ledger keeps none. */
  readonly valueHash: string | null;
  readonly entries: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly outcome: string | null;
}

export interface Progress {
  /** Offsets up to which every record is in the ledger, by partition. */
  readonly taken: ReadonlyMap<number, number>;
  /** Where the topic ended when it was read. */
  readonly ends: ReadonlyMap<number, number>;
}

/** How the ledger's record of a key differs from the topic's; of the two at least one exists. */
export function compareRecord(
  topic: TopicRecord | undefined,
  ledger: LedgerRecord | undefined,
  { taken, ends }: Progress,
): DifferenceClass[] {
  if (topic === undefined) {
    // Published after the topic was read, or known only as a record that could not be read.
    const later = ledger !== undefined && ledger.offset >= (ends.get(ledger.partition) ?? 0);
    return ledger === undefined || later || ledger.version < 0 ? [] : ['ledger_without_topic'];
  }
  const waiting = topic.offset >= (taken.get(topic.partition) ?? 0);
  if (ledger === undefined) return [waiting ? 'record_waiting' : 'topic_without_ledger'];
  if (ledger.version < topic.version) return [waiting ? 'record_waiting' : 'version_behind'];
  const open: DifferenceClass[] = ledger.outcome === null || ledger.outcome === 'parked' ? ['outcome_open'] : [];
  if (ledger.version > topic.version) return open;
  const content = ledger.hash !== topic.hash || (ledger.valueHash !== null && ledger.valueHash !== topic.hash);
  if (content) return [...open, 'content_differs'];
  return topic.entries === ledger.entries ? open : [...open, 'entries_differ'];
}
