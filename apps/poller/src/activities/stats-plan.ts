import { STATS_PER_CALL } from '@portage/constant-contact';

/** Share of the day's calls that asking for stats may take. */
const SHARE = 0.1;
const DAY = 86_400_000;
export const MONTH = 30 * DAY;

export interface StatsInput {
  /** Mailings, and those of the last 30 days among them. */
  readonly mailings: { readonly all: number; readonly month: number };
  readonly passesPerDay: number;
  readonly callsPerDay: number;
}

/** Which mailings a pass asks for, beside those that were never asked for. */
export interface StatsPlan {
  /** Those that were sent since then (ms), in every pass; null: none. */
  readonly sentSince: number | null;
  /** Those that were last asked for so long ago (ms). */
  readonly staleMs: number;
}

/** All in every pass where that is cheap; else those of the last 30 days, and all once a day, or as often as is affordable. Pure. */
export function statsPlan({ mailings, passesPerDay, callsPerDay }: StatsInput, now: number): StatsPlan {
  const aDay = callsPerDay * SHARE * STATS_PER_CALL;
  const staleMs = DAY * Math.max(1, mailings.all / aDay);
  if (mailings.all * passesPerDay <= aDay) return { sentSince: 0, staleMs };
  return { sentSince: mailings.month * passesPerDay <= aDay ? now - MONTH : null, staleMs };
}
