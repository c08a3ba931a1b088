/** What a window of samples says, from harmless to worst. */
export const VERDICTS = ['ok', 'warn', 'stalled', 'stopped', 'rewound'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One partition of one group at one moment. */
export interface Sample {
  readonly current: number | null;
  readonly end: number;
  readonly lag: number;
  /** Whether a record is there that the group has not read. Markers and gaps make a lag, but no work. */
  readonly unread: boolean;
  /** When the reader last said that it looks after the partition though it does not move; null: never. */
  readonly attendedAt: number | null;
  readonly members: number;
}

/**
 * Judges a full window, oldest sample first; no verdict before it is full.
 *
 * - `rewound`: the group stands before where it stood already, or the topic ends before it.
 * - `ok`: at some moment of the window nothing was unread, or the lag shrank, or it did not grow.
 * - `stopped`, `stalled`: the position did not move although there was something to read all the time; nobody is there to
 *   read it, or somebody is who did not say meanwhile that what comes next waits for good reason (a mark, an effect at Klaviyo).
 *   Who says so is `ok`.
 * - `warn`: the group moves, and the lag grew from sample to sample: it falls behind.
 *
 * A planned replay is always `ok`: it ends before the topic does, has no members, and rests while what it took is on its way.
 */
export function verdictOf(
  window: readonly Sample[],
  options: { readonly size: number; readonly planned: boolean },
): Verdict | null {
  const newest = window.at(-1);
  if (newest === undefined || window.length < options.size) return null;
  if (options.planned) return 'ok';
  if (isRewound(window, newest)) return 'rewound';
  if (window.some(({ unread }) => !unread)) return 'ok';
  if (window.every(({ current }) => current === newest.current)) {
    if (newest.members === 0) return 'stopped';
    return isAttended(window) ? 'ok' : 'stalled';
  }
  return fallsBehind(window) ? 'warn' : 'ok';
}

/** A group is as well as its worst partition that can be judged. */
export function worstOf(verdicts: readonly (Verdict | null)[]): Verdict | null {
  const worst = Math.max(...verdicts.map((verdict) => (verdict === null ? -1 : VERDICTS.indexOf(verdict))), -1);
  return VERDICTS[worst] ?? null;
}

function isRewound(window: readonly Sample[], newest: Sample): boolean {
  if (newest.current === null) return false;
  const furthest = Math.max(...window.map(({ current }) => current ?? 0));
  return newest.current < furthest || newest.current > newest.end;
}

/** Clocks may differ: what counts is that it was said anew. */
function isAttended(window: readonly Sample[]): boolean {
  return window.some(({ attendedAt }) => attendedAt !== null && attendedAt !== window[0]?.attendedAt);
}

function fallsBehind(window: readonly Sample[]): boolean {
  const lags = window.map(({ lag }) => lag);
  const shrank = lags.some((lag, index) => index > 0 && lag < (lags[index - 1] ?? 0));
  return !shrank && (lags.at(-1) ?? 0) > (lags[0] ?? 0);
}
