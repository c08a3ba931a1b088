import { lagOf, type LagReading, secondsOf } from './reading.js';
import { type Verdict, worstOf } from './verdict.js';

/** How far one group is in one partition. */
export interface PartitionLag {
  readonly group: string;
  /** Full name. */
  readonly topic: string;
  readonly partition: number;
  /** Null: nothing is committed. */
  readonly current: number | null;
  readonly end: number;
  readonly lag: number;
  readonly seconds: number;
  readonly verdict: Verdict | null;
}

/** A group over all its partitions. */
export interface GroupLag {
  readonly group: string;
  readonly members: number;
  readonly lag: number;
  /** Of the partition that is furthest behind. */
  readonly seconds: number;
  readonly verdict: Verdict | null;
}

export interface LagReport {
  readonly partitions: readonly PartitionLag[];
  readonly groups: readonly GroupLag[];
}

/** Puts a reading and the verdicts on its partitions, in their order, into words for those who ask. */
export function reportOf(
  reading: LagReading,
  verdicts: readonly (Verdict | null)[],
  topicName: (topic: LagReading['partitions'][number]['topic']) => string,
): LagReport {
  const partitions = reading.partitions.map((each, index): PartitionLag => {
    const { group, topic, partition, current, end } = each;
    return {
      group,
      topic: topicName(topic),
      partition,
      current,
      end,
      lag: lagOf(each),
      seconds: secondsOf(each, reading.at),
      verdict: verdicts[index] ?? null,
    };
  });
  const groups = [...reading.members].map(([group, members]): GroupLag => {
    const own = partitions.filter((each) => each.group === group);
    return {
      group,
      members,
      lag: own.reduce((sum, { lag }) => sum + lag, 0),
      seconds: Math.max(0, ...own.map(({ seconds }) => seconds)),
      verdict: worstOf(own.map(({ verdict }) => verdict)),
    };
  });
  // A loader that was never started, and has nothing to do either, is not worth a line.
  return {
    partitions,
    groups: groups.filter(({ group, members, lag }) => members + lag > 0 || has(partitions, group)),
  };
}

function has(partitions: readonly PartitionLag[], group: string): boolean {
  return partitions.some((each) => each.group === group);
}
