import { parseSchedule } from '@portage/platform';

/** What the passes of a connection have come to. */
export interface History {
  /** When the last one was asked for (ms). */
  readonly requestedAt: number;
  /** Whether one is open that keeps others waiting. */
  readonly busy: boolean;
  /** Whether any has read everything but engagement. */
  readonly succeeded: boolean;
  /** How many failed since anything else happened. */
  readonly failures: number;
  /** When the last one ended (ms). */
  readonly endedAt: number | null;
}

const FIRST_RETRY = 60_000;
const LONGEST_RETRY = 3_600_000;

/**
 * When a connection's next pass is due (ms), or null when none is: the first one at once; after a failure again, sooner and then
 * later; else as the schedule says. Without a schedule only a first pass is tried again. Pure.
 */
export function dueAt(history: History | undefined, schedule: string): number | null {
  if (!history) return 0;
  if (history.busy) return null;
  const scheduled = parseSchedule(schedule)?.after(history.requestedAt) ?? null;
  if (history.failures === 0 || (scheduled === null && history.succeeded)) return scheduled;
  const pause = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (history.failures - 1));
  return Math.min(scheduled ?? Infinity, (history.endedAt ?? history.requestedAt) + pause);
}
