import { columns, type Queries } from '@portage/persistence';
import { type ContactStanding } from './event-fate.js';

export interface Asked {
  readonly target: string;
  readonly key: string;
  /** Whose marks say how far contacts are known: as the record names it, which in a replay is not the key's connection. */
  readonly connectionId: string;
  readonly runId: string;
  readonly observedAt: number;
}

/** Reads what the ledger says of many contacts at once. */
export async function readStandings(
  queries: Queries,
  asked: readonly Asked[],
): Promise<(asked: Asked) => ContactStanding> {
  const keys = [...new Map(asked.map((each) => [`${each.target} ${each.key}`, each])).values()];
  const rows = await queries.query<{
    target: string;
    key: string;
    email: string | null;
    outcome: string | null;
    reason: string | null;
    known: boolean;
    ready: boolean;
    exposed: boolean;
    skipped: string | null;
    opted_out: boolean;
  }>(
    `SELECT r.target, r.key, r.email, r.outcome, r.reason, p.email IS NOT NULL AS known, p.ready, p.exposed, p.skipped,
       COALESCE(p.opt_out->>'heldAt' IS NOT NULL, false) AS opted_out
     FROM unnest($1::text[], $2::text[]) AS a (target, key)
     JOIN ledger.records r ON r.target = a.target AND r.stream = 'contacts' AND r.key = a.key
     LEFT JOIN ledger.people p ON p.target = r.target AND p.email = r.email`,
    columns(keys, ['target', 'key']),
  );
  const standings = new Map(rows.map((row) => [`${row.target} ${row.key}`, row]));
  const marks = await takenMarks(queries);
  return ({ target, key, connectionId, runId, observedAt }) => {
    const row = standings.get(`${target} ${key}`);
    const mark = marks.get(connectionId);
    return {
      contact: row ? { email: row.email, outcome: row.outcome, reason: row.reason } : null,
      person: row?.known
        ? { ready: row.ready, exposed: row.exposed, skipped: row.skipped, optedOut: row.opted_out }
        : null,
      contactsComplete: mark !== undefined && (mark.runId === runId || mark.completedAt >= observedAt),
    };
  };
}

/** Marks of contacts up to which every record is in the ledger. */
async function takenMarks(queries: Queries): Promise<Map<string, { runId: string; completedAt: number }>> {
  const rows = await queries.query<{ connection_id: string; run_id: string; completed_at: string }>(
    `SELECT connection_id, run_id, completed_at FROM ledger.marks m
     WHERE stream = 'contacts' AND NOT EXISTS (
       SELECT FROM unnest(m.end_offsets) WITH ORDINALITY AS e (ends, n)
       LEFT JOIN ledger.positions p ON p.topic = m.topic AND p.partition = e.n - 1
       WHERE e.ends > 0 AND COALESCE(p.taken, 0) < e.ends)`,
  );
  return new Map(rows.map((row) => [row.connection_id, { runId: row.run_id, completedAt: Number(row.completed_at) }]));
}
