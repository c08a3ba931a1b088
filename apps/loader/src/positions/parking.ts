import { type Breakers } from '../breakers/breakers.js';
import { columns, type Database } from '@portage/persistence';
import { parseKey, type Stream } from '@portage/records';
import { type Loaded } from '../load-batch.js';
import { openGates } from '../marks/gates.js';
import { type Targets } from '../targets/targets.js';

/**
 * Parks records that wait for something that may take long: their connection's gate, a paused connection, a target that
 * takes no work. Parked is a durable outcome; the work goes on through the ledger when the reason is gone.
 */
export async function parkWaiting(
  database: Database,
  stream: Stream,
  obstacles: Obstacles,
  records: readonly Loaded[],
): Promise<void> {
  if (records.length === 0) return;
  const open = await openGates(database);
  const reasons = new Map<string, string | null>();
  const reasonOf = (key: string): string | null => {
    const connectionId = parseKey(key)?.connectionId ?? '';
    let reason = reasons.get(connectionId);
    if (reason === undefined) {
      reason = obstacleOf(obstacles, stream, connectionId, open.has(connectionId));
      reasons.set(connectionId, reason);
    }
    return reason;
  };
  const parked = records.flatMap(({ target, key, version }) => {
    const reason = reasonOf(key);
    return reason === null ? [] : [{ target, key, version, reason }];
  });
  if (parked.length === 0) return;
  await database.execute(
    `UPDATE ledger.records r SET outcome = 'parked', reason = i.reason, decided_at = now()
     FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS i (target, key, version, reason)
     WHERE r.target = i.target AND r.stream = $1 AND r.key = i.key AND r.version = i.version AND r.outcome IS NULL`,
    [stream, ...columns(parked, ['target', 'key', 'version', 'reason'])],
  );
}

export interface Obstacles {
  readonly targets: Pick<Targets, 'of'>;
  readonly breakers: Pick<Breakers, 'isOpen'>;
}

/** How long a record waits in the window before it makes room; sooner where there is hardly any left. */
export function parkAfterMs(crowded: boolean): number {
  return crowded ? 3000 : 60_000;
}

/** Why the records of a connection may have to wait for long; null when nothing of the kind is known. */
export function obstacleOf(
  { targets, breakers }: Obstacles,
  stream: Stream,
  connectionId: string,
  gateOpen: boolean,
): string | null {
  const target = targets.of(connectionId);
  if (target?.connection(connectionId)?.working !== true) return 'connection_not_active';
  if (target.stuck) return 'target_unavailable';
  if (stream === 'lists' || stream === 'suppressions') return null;
  if (!gateOpen) return 'before_opt_outs';
  return breakers.isOpen(target.id, stream) ? 'too_many_rejected' : null;
}
