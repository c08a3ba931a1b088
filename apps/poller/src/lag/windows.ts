import { lagOf, type LagReading, type PartitionReading } from './reading.js';
import { type Sample, type Verdict, verdictOf } from './verdict.js';

export interface WindowOptions {
  /** Samples in a full window. */
  readonly size: number;
  /** Groups that may go back without a fault. */
  readonly isPlanned: (group: string) => boolean;
}

/** The last samples of every partition of every group. Kept in memory: after a change of holder they fill up anew. */
export class Windows {
  #windows = new Map<string, readonly Sample[]>();

  constructor(private readonly options: WindowOptions) {}

  /** Takes in a reading and judges each of its partitions, in its order. What is not in it any more is forgotten. */
  judge({ partitions, members }: LagReading): readonly (Verdict | null)[] {
    const before = this.#windows;
    this.#windows = new Map();
    return partitions.map((reading) => {
      const { group, topic, partition } = reading;
      const key = `${group} ${topic} ${partition}`;
      const sample = sampleOf(reading, members.get(group) ?? 0);
      const window = [...continued(before.get(key) ?? [], sample), sample].slice(-this.options.size);
      this.#windows.set(key, window);
      return verdictOf(window, { size: this.options.size, planned: this.options.isPlanned(group) });
    });
  }

  /** Somebody else measures now. */
  forget(): void {
    this.#windows.clear();
  }
}

function sampleOf(reading: PartitionReading, members: number): Sample {
  const { current, end, unreadSince, attendedAt } = reading;
  return { current, end, lag: lagOf(reading), unread: unreadSince !== null, attendedAt, members };
}

/** A topic that ends earlier than before is another topic of that name, and a group whose commit is gone another group. */
function continued(window: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = window.at(-1);
  if (last === undefined) return window;
  const anew = sample.end < last.end || (sample.current === null && last.current !== null);
  return anew ? [] : window;
}
