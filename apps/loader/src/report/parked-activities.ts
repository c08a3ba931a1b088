import { type KafkaCluster, retentionOf } from '@portage/kafka';
import { type Queries } from '@portage/persistence';

/** Activities of a connection that are parked and delivered later. */
export interface ParkedActivities {
  readonly count: number;
  /** When the oldest of them is removed from its topic; null where nothing is removed. */
  readonly deliverBefore: string | null;
}

/** Null when none is. */
export async function readParkedActivities(
  queries: Queries,
  cluster: KafkaCluster,
  connectionId: string,
): Promise<ParkedActivities | null> {
  const [row] = await queries.query<{ count: string; oldest: string | null }>(
    `SELECT count(*) AS count, min(observed_at) AS oldest FROM ledger.activity_exceptions
     WHERE connection_id = $1 AND outcome = 'parked'`,
    [connectionId],
  );
  if (!row || row.oldest === null) return null;
  const retention = (await retentionOf(cluster, ['activities'])).get('activities');
  return {
    count: Number(row.count),
    deliverBefore: retention === undefined ? null : new Date(Number(row.oldest) + retention).toISOString(),
  };
}
