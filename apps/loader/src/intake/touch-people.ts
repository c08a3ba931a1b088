import { columns, type Queries } from '@portage/persistence';
import { lanes } from '../people/people.repository.js';

export interface Touch {
  readonly email: string;
  readonly connectionId: string;
  /**
   * `opt_out`: at once; an opt-out may be outstanding. `load`: with the next round of loads. `gate`: not before the
   * connection's gate opens.
   */
  readonly urgency: 'opt_out' | 'load' | 'gate';
}

/**
 * Makes people due. Their inputs grow by one, which tells whoever works on them now to decide again.
 *
 * Waiting for the gate exposes nobody anew: suppression records of the same person wait for `exposed` to end, and the gate
 * waits for those records.
 */
export async function touchPeople(
  queries: Queries,
  target: string,
  touches: readonly Touch[],
  lingerMs: number,
): Promise<void> {
  const rows = merged(touches).map(({ email, connections, urgency }) => ({
    email,
    connections: JSON.stringify(connections),
    lane: urgency === 'opt_out' ? lanes.optOut : lanes.load,
    dueInMs: urgency === 'gate' ? null : urgency === 'opt_out' ? 0 : lingerMs,
    exposed: urgency !== 'gate',
  }));
  if (rows.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.people AS p (target, email, connections, phase, lane, due_at, exposed)
     SELECT $1, email, ARRAY(SELECT jsonb_array_elements_text(connections::jsonb)),
       CASE WHEN due_in IS NULL THEN 'gate' ELSE 'new' END, lane, now() + due_in * interval '1 millisecond', exposed
     FROM unnest($2::text[], $3::text[], $4::smallint[], $5::int[], $6::boolean[]) AS t (email, connections, lane, due_in, exposed)
     ORDER BY email
     ON CONFLICT (target, email) DO UPDATE SET
       inputs = p.inputs + 1,
       exposed = p.exposed OR EXCLUDED.exposed,
       connections = CASE WHEN p.connections @> EXCLUDED.connections THEN p.connections
         ELSE ARRAY(SELECT DISTINCT unnest(p.connections || EXCLUDED.connections)) END,
       lane = CASE WHEN p.due_at IS NULL THEN EXCLUDED.lane ELSE LEAST(p.lane, EXCLUDED.lane) END,
       phase = CASE WHEN EXCLUDED.due_at IS NULL AND p.due_at IS NULL AND p.claim IS NULL AND p.open_jobs = 0 THEN 'gate'
         ELSE p.phase END,
       due_at = LEAST(p.due_at, EXCLUDED.due_at)`,
    [target, ...columns(rows, ['email', 'connections', 'lane', 'dueInMs', 'exposed'])],
  );
}

interface MergedTouch {
  readonly email: string;
  readonly connections: string[];
  urgency: Touch['urgency'];
}

/** One row a person: an upsert may not meet the same row twice. The most urgent reason wins. */
function merged(touches: readonly Touch[]): MergedTouch[] {
  const byEmail = new Map<string, MergedTouch>();
  for (const { email, connectionId, urgency } of touches) {
    const known = byEmail.get(email);
    if (known === undefined) {
      byEmail.set(email, { email, connections: [connectionId], urgency });
      continue;
    }
    if (!known.connections.includes(connectionId)) known.connections.push(connectionId);
    if (order.indexOf(urgency) < order.indexOf(known.urgency)) known.urgency = urgency;
  }
  return [...byEmail.values()];
}

const order: readonly Touch['urgency'][] = ['opt_out', 'load', 'gate'];
