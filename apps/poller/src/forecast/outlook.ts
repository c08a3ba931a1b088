import { type Queries } from '@portage/persistence';
import { type Connection } from '../connections/connection.js';
import { parseSchedule } from '../runs/cron.js';
import { type Run } from '../runs/run.js';
import { type CallBudget, type Forecast, forecastOf } from './forecast.js';
import { remainingCalls } from './remaining-calls.js';

export interface Outlook {
  /** Of the pass that waits or is under way; null when there is none. */
  readonly forecast: Forecast | null;
  /** ISO; null: a pass is open, or none is scheduled. */
  readonly nextRunAt: string | null;
}

export async function outlookOf(
  queries: Queries,
  connection: Connection | undefined,
  run: Run | null,
  budget: CallBudget,
  now: number,
): Promise<Outlook> {
  if (!connection) return { forecast: null, nextRunAt: null };
  if (run && isOpen(run)) {
    const remaining = await remainingCalls(queries, connection, run);
    return { forecast: forecastOf(remaining, budget, now), nextRunAt: null };
  }
  return { forecast: null, nextRunAt: nextRunAt(connection, run, now) };
}

function isOpen({ state }: Run): boolean {
  return state === 'waiting' || state === 'running' || state === 'parked';
}

/** A pass that is overdue starts at once. */
function nextRunAt({ status, options }: Connection, run: Run | null, now: number): string | null {
  if (status !== 'active') return null;
  const due = run ? parseSchedule(options.schedule)?.after(run.requestedAt) : now;
  return due === null || due === undefined ? null : new Date(Math.max(due, now)).toISOString();
}
