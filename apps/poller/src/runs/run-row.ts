import { PATIENT_PHASES } from '../pass/phase.js';
import { type Run, type RunState, type Scope, type Trigger } from './run.js';

export interface RunRow {
  readonly run_id: string;
  readonly connection_id: string;
  readonly trigger: Trigger;
  readonly first: boolean;
  readonly opening: boolean;
  readonly scope: Scope;
  readonly snapshot: boolean;
  readonly sweep: boolean;
  readonly republish: boolean;
  readonly state: RunState;
  readonly phase: string | null;
  readonly reason: string | null;
  readonly failures: number;
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

export function runOf(row: RunRow): Run {
  return {
    runId: row.run_id,
    connectionId: row.connection_id,
    trigger: row.trigger,
    first: row.first,
    opening: row.opening,
    scope: row.scope,
    snapshot: row.snapshot,
    sweep: row.sweep,
    republish: row.republish,
    state: row.state,
    phase: row.phase,
    reason: row.reason,
    failures: row.failures,
    requestedAt: row.requested_at.getTime(),
    startedAt: row.started_at?.getTime() ?? null,
    finishedAt: row.finished_at?.getTime() ?? null,
  };
}
