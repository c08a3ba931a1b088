import { type BatchConsumer } from '@portage/kafka';
import { type Topic } from '@portage/records';

export interface AttendanceOptions {
  readonly consumer: () => Pick<BatchConsumer<Topic, never>, 'attend'>;
  /** How often it is said; what measures lag looks for news within its window. */
  readonly everyMs: number;
}

/**
 * Says of partitions whose records wait in a window that they are looked after. A record waits for good reason up to an hour: for its
 * connection's mark until it is parked, for an opt-out or a subscription to take effect, for an import job. What waits longer is
 * not spoken for, so that the partition shows as stalled.
 */
export class Attendance {
  #saidAt = 0;

  constructor(private readonly options: AttendanceOptions) {}

  /** @param oldest  by partition with records that wait: since when the first of them does (ms) */
  say(oldest: () => ReadonlyMap<number, number>, now = Date.now()): void {
    const { consumer, everyMs } = this.options;
    if (now - this.#saidAt < everyMs) return;
    this.#saidAt = now;
    const since = oldest();
    consumer().attend((partition, hasRoom) => {
      const first = since.get(partition);
      return first === undefined ? !hasRoom : now - first < LONGEST_MS;
    });
  }
}

const LONGEST_MS = 3_600_000;
