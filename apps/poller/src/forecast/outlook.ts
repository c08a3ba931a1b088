import { type Queries } from '@portage/persistence';
import { type Connection } from '../connections/connection.js';
import { dueAt } from '../runs/due.js';
import { RunQueue } from '../runs/run-queue.js';
import { isOpen, type Run } from '../runs/run.js';
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
  return { forecast: null, nextRunAt: await nextRunAt(queries, connection, now) };
}

/** A pass that is overdue starts at once. */
async function nextRunAt(queries: Queries, { id, status, options }: Connection, now: number): Promise<string | null> {
  if (status !== 'active') return null;
  const history = (await new RunQueue(queries).histories([id])).get(id);
  const due = dueAt(history, options.schedule);
  return due === null ? null : new Date(Math.max(due, now)).toISOString();
}
