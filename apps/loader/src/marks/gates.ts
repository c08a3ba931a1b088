import { type Queries } from '@portage/persistence';
import { OPT_OUT_AWAITED } from '../positions/outcomes.js';

/** Opens a gate whose opt-outs are known to be in effect by other means than a mark. */
export async function openGate(queries: Queries, connectionId: string): Promise<void> {
  await queries.execute('INSERT INTO ledger.gates (connection_id) VALUES ($1) ON CONFLICT DO NOTHING', [connectionId]);
}

/** Connections whose opt-outs of the first pass are all in effect. A gate never closes again. */
export async function openGates(queries: Queries): Promise<ReadonlySet<string>> {
  const rows = await queries.query<{ connection_id: string }>('SELECT connection_id FROM ledger.gates');
  return new Set(rows.map((row) => row.connection_id));
}

/**
 * Notes which marks have been reached, opens gates, and wakes the people who waited for one.
 *
 * Invariant 3: a gate opens when the ledger has settled every partition of the suppressions topic up to the mark and none of
 * the connection's suppression records is without a final outcome; that is, every opt-out was seen in effect, except those of
 * people whom Klaviyo does not know and who are kept from being made there. It also waits
 * until the contacts up to their mark are in the ledger, because only then is it known who shares a phone number.
 *
 * @param working  connections that are worked for: one that is paused holds nobody back who belongs to others, too
 */
export async function advanceGates(queries: Queries, working: readonly string[]): Promise<string[]> {
  const reachedNow = await queries.query<{ connection_id: string; stream: string }>(
    `UPDATE ledger.marks m SET settled_at = now(), first_settled_at = COALESCE(first_settled_at, now())
     WHERE settled_at IS NULL AND ${reached('position')}
       AND NOT (stream = 'suppressions' AND first_settled_at IS NULL AND EXISTS (
         SELECT FROM ledger.records r WHERE r.connection_id = m.connection_id AND r.stream = 'suppressions'
           AND (r.outcome IS NULL OR r.outcome = 'parked' AND r.reason IS DISTINCT FROM '${OPT_OUT_AWAITED}')))
     RETURNING connection_id, stream`,
  );
  await wakeAfterPass(
    queries,
    reachedNow.filter(({ stream }) => stream === 'suppressions').map((row) => row.connection_id),
  );
  const opened = await queries.query<{ connection_id: string }>(
    `INSERT INTO ledger.gates (connection_id)
     SELECT s.connection_id FROM ledger.marks s
     WHERE s.stream = 'suppressions' AND s.first_settled_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM ledger.gates g WHERE g.connection_id = s.connection_id)
       AND (s.first_settled_at < now() - interval '60 seconds' OR EXISTS (
         SELECT FROM ledger.marks m WHERE m.connection_id = s.connection_id AND m.stream = 'contacts' AND ${reached('taken')}))
     ON CONFLICT DO NOTHING RETURNING connection_id`,
  );
  // Repeated every time: somebody may have come to the gate while it was being opened.
  await queries.execute(
    `UPDATE ledger.people SET due_at = now(), phase = 'load', lane = 1
     WHERE phase = 'gate' AND due_at IS NULL AND claim IS NULL
       AND NOT EXISTS (SELECT FROM unnest(connections) c
         WHERE c = ANY($1::text[]) AND c NOT IN (SELECT connection_id FROM ledger.gates))`,
    [working],
  );
  return opened.map((row) => row.connection_id);
}

/** People who waited for the end of a pass. Growing inputs tell whoever works on one of them now to decide again. */
async function wakeAfterPass(queries: Queries, connections: readonly string[]): Promise<void> {
  if (connections.length === 0) return;
  await queries.execute(
    `UPDATE ledger.people SET due_at = now(), inputs = inputs + 1 WHERE phase = 'pass' AND connections && $1::text[]`,
    [connections],
  );
}

/** Every partition of the mark's topic stands at or behind the mark's end offset. */
function reached(column: 'position' | 'taken'): string {
  return `NOT EXISTS (
    SELECT FROM unnest(m.end_offsets) WITH ORDINALITY AS e (ends, n)
    LEFT JOIN ledger.positions p ON p.topic = m.topic AND p.partition = e.n - 1
    WHERE e.ends > 0 AND COALESCE(p.${column}, 0) < e.ends)`;
}
