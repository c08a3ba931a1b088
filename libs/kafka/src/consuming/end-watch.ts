import { type Topic } from '@portage/records';
import { type KafkaCluster } from '../cluster.js';
import { offsetRanges, type Offsets } from '../offsets.js';
import { placementOf } from './placement.js';

/** How often ends are compared, and after which time without a batch a partition that is not at its end is suspicious. */
const PERIOD_MS = 5_000;

/**
 * Notices what no fetch of the client's ever tells: that a partition ends in a gap, which compaction can leave, and
 * that it ends before where we are, which means another topic.
 */
export class EndWatch {
  private readonly seenAt = new Map<number, number>();
  private scannedAt = 0;
  private scanning = false;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly topic: Topic,
  ) {}

  /** Something came of a partition. */
  seen(partition: number): void {
    this.seenAt.set(partition, Date.now());
  }

  reset(): void {
    this.seenAt.clear();
    this.scannedAt = Date.now();
  }

  /**
   * Partitions of `reached` that are not at their end although nothing has come of them for a while. Empty when the
   * last look was not long ago.
   *
   * @throws PortageError `kafka.topic_recreated`
   */
  async quiet(reached: Offsets): Promise<readonly number[]> {
    if (this.scanning || Date.now() - this.scannedAt < PERIOD_MS) return [];
    this.scanning = true;
    try {
      const ranges = await offsetRanges(this.cluster, this.topic);
      return [...reached].flatMap(([partition, next]) => {
        const end = ranges.get(partition)?.end ?? next;
        if (next > end) placementOf(this.cluster.topicName(this.topic), partition, next, { start: 0, end });
        return next < end && this.isQuiet(partition) ? [partition] : [];
      });
    } finally {
      this.scannedAt = Date.now();
      this.scanning = false;
    }
  }

  private isQuiet(partition: number): boolean {
    return Date.now() - (this.seenAt.get(partition) ?? 0) >= PERIOD_MS;
  }
}
