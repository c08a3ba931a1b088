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
  /** By a replay, from another connection. */
  readonly brought: boolean;
  /** Has to be in the ledger. */
  readonly due: boolean;
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
  /** Replays have brought records of other connections, whose topics go their own way. */
  readonly isFed: boolean;
}

/** How the ledger's record of a key differs from the topic's; of the two at least one exists. */
export function compareRecord(
  topic: TopicRecord | undefined,
  ledger: LedgerRecord | undefined,
  { taken, ends, isFed }: Progress,
): DifferenceClass[] {
  if (topic === undefined) {
    // Published after the topic was read, or known only as a record that could not be read.
    const later = ledger !== undefined && ledger.offset >= (ends.get(ledger.partition) ?? 0);
    if (ledger === undefined || later || ledger.version < 0) return [];
    return [isFed ? 'gone_at_source' : 'ledger_without_topic'];
  }
  if (!topic.due && ledger === undefined) return [];
  // What a replay brings is in the ledger when the replay is done.
  const waiting = !topic.brought && topic.offset >= (taken.get(topic.partition) ?? 0);
  if (ledger === undefined) return [waiting ? 'record_waiting' : 'topic_without_ledger'];
  if (ledger.version < topic.version && !topic.due) return ['newer_at_source'];
  if (ledger.version < topic.version) return [waiting ? 'record_waiting' : 'version_behind'];
  const isOpen = ledger.outcome === null || ledger.outcome === 'parked';
  // What an unfinished replay has brought is on its way.
  const open: DifferenceClass[] = isOpen && topic.due ? ['outcome_open'] : [];
  if (ledger.version > topic.version) return open;
  const content = ledger.hash !== topic.hash || (ledger.valueHash !== null && ledger.valueHash !== topic.hash);
  if (content) return [...open, 'content_differs'];
  return topic.entries === ledger.entries ? open : [...open, 'entries_differ'];
}
