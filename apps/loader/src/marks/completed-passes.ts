import { type Queries } from '@portage/persistence';
import { type Meta } from '@portage/records';

/**
 * Says of a record whether the pass that published it, or a later one, has been read to its end and its opt-outs are all in
 * effect. Reports are read after contacts, so until then an opt-out may still be on its way.
 */
export async function completedPasses(queries: Queries): Promise<(meta: Meta) => boolean> {
  const rows = await queries.query<{ connection_id: string; run_id: string; completed_at: string }>(
    `SELECT connection_id, run_id, completed_at FROM ledger.marks WHERE stream = 'suppressions' AND settled_at IS NOT NULL`,
  );
  const marks = new Map(rows.map((row) => [row.connection_id, row]));
  return ({ connectionId, runId, observedAt }) => {
    const mark = marks.get(connectionId);
    return mark !== undefined && (mark.run_id === runId || Number(mark.completed_at) >= observedAt);
  };
}
