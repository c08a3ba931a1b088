import { RESERVES } from '../pass/source.js';

const DAY = 86_400_000;

/** What a pass still costs, as far as it is known. */
export interface Remaining {
  readonly calls: number;
  /** False while a part of the account has not been counted yet: then it is at least so many. */
  readonly counted: boolean;
}

export interface Forecast extends Remaining {
  /** ISO. */
  readonly doneBy: string;
}

export interface CallBudget {
  readonly usedToday: number;
  readonly perDay: number;
  /** 0: not limited. */
  readonly perSecond: number;
  /** Milliseconds; the pass does nothing before. */
  readonly parkedUntil: number | null;
}

/**
 * When a pass will be done if nobody else spends from the same budget. What does not fit into today goes on after 00:00 UTC,
 * day by day; the last calls of a day are left to more important work. Pure.
 */
export function forecastOf(remaining: Remaining, budget: CallBudget, now: number): Forecast {
  const perDay = Math.max(1, Math.floor(budget.perDay * (1 - RESERVES.activities)));
  const begin = Math.max(now, budget.parkedUntil ?? now);
  const usedThen = dayOf(begin) === dayOf(now) ? budget.usedToday : 0;
  const today = Math.max(0, perDay - usedThen);
  const msOf = (calls: number): number => (budget.perSecond > 0 ? (calls / budget.perSecond) * 1000 : 0);
  const doneBy = (at: number): Forecast => ({ ...remaining, doneBy: new Date(Math.round(at)).toISOString() });
  if (remaining.calls <= today) return doneBy(begin + msOf(remaining.calls));
  const later = remaining.calls - today;
  const fullDays = Math.ceil(later / perDay) - 1;
  return doneBy((dayOf(begin) + 1 + fullDays) * DAY + msOf(later - fullDays * perDay));
}

function dayOf(at: number): number {
  return Math.floor(at / DAY);
}
