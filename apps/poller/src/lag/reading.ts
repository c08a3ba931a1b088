import { type Topic } from '@portage/records';

/** One partition as one group has read it, at one moment. */
export interface PartitionReading {
  readonly group: string;
  readonly topic: Topic;
  readonly partition: number;
  /** The next offset that the group will read; null: it has committed nothing. */
  readonly current: number | null;
  /** The first offset that is still there, and the one that the next record will get. */
  readonly start: number;
  readonly end: number;
  /** Timestamp (ms) of the oldest record that the group has not read; null: there is nothing for it to read. */
  readonly unreadSince: number | null;
  /** When (ms, its reader's clock) the group's reader last said that it looks after the partition though it does not move. */
  readonly attendedAt: number | null;
}

/** Every group of Portage's at one moment. */
export interface LagReading {
  /** Milliseconds. */
  readonly at: number;
  readonly partitions: readonly PartitionReading[];
  readonly members: ReadonlyMap<string, number>;
}

/** Offsets between where a group stands and the end. A group without a commit will begin at the start. */
export function lagOf({ current, start, end }: Pick<PartitionReading, 'current' | 'start' | 'end'>): number {
  return Math.max(0, end - (current ?? start));
}

/** Age of the oldest unread record; 0 when nothing is unread. Clocks of two machines may differ: never less than 0. */
export function secondsOf({ unreadSince }: Pick<PartitionReading, 'unreadSince'>, at: number): number {
  return unreadSince === null ? 0 : Math.round(Math.max(0, at - unreadSince)) / 1000;
}

/** Minutes until the oldest unread record is removed, or until a record of now would be. */
export function minutesLeft(reading: Pick<PartitionReading, 'unreadSince'>, at: number, retentionMs: number): number {
  return Math.max(0, retentionMs / 60_000 - secondsOf(reading, at) / 60);
}
