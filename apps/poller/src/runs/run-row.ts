import { PATIENT_PHASES } from '../pass/phase.js';
import { type Run } from './run.js';

type Dates = 'requestedAt' | 'startedAt' | 'finishedAt';

export interface RunRow extends Omit<Run, 'runId' | 'connectionId' | Dates> {
  readonly run_id: string;
  readonly connection_id: string;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export const OPEN = `('waiting', 'running', 'parked')`;

const names = PATIENT_PHASES.map((phase) => `'${phase}'`).join(', ');

/** Of a pass `r`: it is open and has come so far that others may be made before it ends. */
export const patient = (r: string): string =>
  `(${r}.state IN ('running', 'parked') AND coalesce(${r}.phase IN (${names}), false))`;

/** A pass is a first one as long as no earlier pass of its connection has read everything but engagement. */
export const selectRun = `
  SELECT r.run_id, r.connection_id, r.trigger, r.scope, r.snapshot, r.sweep, r.republish, r.state, r.phase, r.reason, r.failures,
    r.requested_at, r.started_at, r.finished_at,
    NOT EXISTS (SELECT FROM sync.runs e WHERE e.connection_id = r.connection_id AND e.scope = '{}' AND (e.state = 'done' OR ${patient('e')})
      AND e.requested_at < r.requested_at) AS first,
    NOT EXISTS (SELECT FROM sync.runs e WHERE e.connection_id = r.connection_id AND e.scope = '{}' AND e.state = 'done' AND e.asked
      AND e.requested_at < r.requested_at) AS opening
  FROM sync.runs r`;

export function runOf({ run_id, connection_id, requested_at, started_at, finished_at, ...rest }: RunRow): Run {
  return {
    ...rest,
    runId: run_id,
    connectionId: connection_id,
    requestedAt: requested_at.getTime(),
    startedAt: started_at?.getTime() ?? null,
    finishedAt: finished_at?.getTime() ?? null,
  };
}
