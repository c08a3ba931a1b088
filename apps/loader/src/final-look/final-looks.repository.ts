import { type OptOutEffect } from '@portage/consent';
import { columns, type Queries } from '@portage/persistence';

export interface FinalLook {
  readonly connectionId: string;
  readonly lastEmail: string;
}

/**
 * Opens the look of every connection whose initial migration has come to its end: all four streams were read and settled once,
 * none of its records waits for a fate and nobody of its people for anything.
 */
export async function openFinalLooks(
  queries: Queries,
  connections: readonly { readonly id: string; readonly target: string }[],
): Promise<void> {
  const known = await queries.query<{ target: string; connection_id: string }>(
    'SELECT target, connection_id FROM ledger.final_looks',
  );
  const looked = new Set(known.map((row) => `${row.target} ${row.connection_id}`));
  const candidates = connections.filter(({ id, target }) => !looked.has(`${target} ${id}`));
  if (candidates.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.final_looks (target, connection_id)
     SELECT target, id FROM unnest($1::text[], $2::text[]) AS c (id, target)
     WHERE CASE
       WHEN (SELECT count(*) FROM ledger.marks m WHERE m.connection_id = id AND m.first_settled_at IS NOT NULL) < 4 THEN false
       WHEN EXISTS (SELECT FROM ledger.records r WHERE r.connection_id = id AND (r.outcome IS NULL OR r.outcome = 'parked')
         AND r.stream IN ('contacts', 'suppressions')) THEN false
       ELSE NOT EXISTS (SELECT FROM ledger.people p WHERE p.target = c.target AND id = ANY(p.connections)
         AND (p.due_at IS NOT NULL OR p.claim IS NOT NULL OR p.open_jobs > 0 OR p.exposed))
       END
     ON CONFLICT DO NOTHING`,
    columns(candidates, ['id', 'target']),
  );
}

export async function dueFinalLooks(
  queries: Queries,
  target: string,
  connections: readonly string[],
): Promise<FinalLook[]> {
  const rows = await queries.query<{ connection_id: string; last_email: string }>(
    `SELECT connection_id, last_email FROM ledger.final_looks
     WHERE target = $1 AND connection_id = ANY($2::text[]) AND finished_at IS NULL AND due_at <= now()`,
    [target, connections],
  );
  return rows.map((row) => ({ connectionId: row.connection_id, lastEmail: row.last_email }));
}

export interface HeldOptOut {
  readonly email: string;
  readonly effect: OptOutEffect;
  /** Portage has sent it. */
  readonly sent: boolean;
}

/** The next opt-outs that were seen to hold, by address. */
export async function nextOptOuts(
  queries: Queries,
  target: string,
  { connectionId, lastEmail }: FinalLook,
  limit: number,
): Promise<HeldOptOut[]> {
  return queries.query<HeldOptOut>(
    `SELECT email, opt_out->>'effect' AS effect, opt_out->>'sentAt' IS NOT NULL AS sent FROM ledger.people
     WHERE target = $1 AND email > $2 AND $3 = ANY(connections) AND opt_out->>'heldAt' IS NOT NULL
     ORDER BY email LIMIT $4`,
    [target, lastEmail, connectionId, limit],
  );
}

/** Moves on from where the look stood; whoever stores twice from one place counts once. */
export async function storeLook(
  queries: Queries,
  target: string,
  { connectionId, lastEmail }: FinalLook,
  step: { readonly lastEmail: string; readonly looked: number; readonly lost: number; readonly dueInMs: number },
): Promise<void> {
  await queries.execute(
    `UPDATE ledger.final_looks SET last_email = $4, looked = looked + $5, lost = lost + $6,
       due_at = now() + $7::float8 * interval '1 millisecond'
     WHERE target = $1 AND connection_id = $2 AND last_email = $3`,
    [target, connectionId, lastEmail, step.lastEmail, step.looked, step.lost, step.dueInMs],
  );
}

/** Ends the look when every opt-out holds that it sent again, and forgets whom it looked at last; else looks in later. */
export async function finishLook(
  queries: Queries,
  target: string,
  { connectionId }: FinalLook,
  dueInMs: number,
): Promise<void> {
  await queries.execute(
    `WITH ended AS (SELECT NOT EXISTS (
       SELECT FROM ledger.people p WHERE p.target = $1 AND $2 = ANY(p.connections) AND p.exposed) AS yes)
     UPDATE ledger.final_looks SET due_at = now() + $3::float8 * interval '1 millisecond',
       finished_at = CASE WHEN ended.yes THEN now() END, last_email = CASE WHEN ended.yes THEN '' ELSE last_email END
     FROM ended WHERE target = $1 AND connection_id = $2`,
    [target, connectionId, dueInMs],
  );
}
