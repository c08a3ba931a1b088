import { columns, type Queries } from '@portage/persistence';
import { type ActivityOutcome, countActivities } from '../events/activity-outcome.js';

/** Connections with parked activities. */
export async function connectionsWithParked(queries: Queries): Promise<string[]> {
  const rows = await queries.query<{ connection_id: string }>(
    `SELECT DISTINCT connection_id FROM ledger.activity_counts WHERE outcome = 'parked' AND n > 0`,
  );
  return rows.map((row) => row.connection_id);
}

/** The first parked offset of every partition. */
export async function firstParked(queries: Queries, topic: string, connectionId: string): Promise<Map<number, number>> {
  const rows = await queries.query<{ partition: number; first: string }>(
    `SELECT partition, min(kafka_offset) AS first FROM ledger.activity_exceptions
     WHERE connection_id = $1 AND topic = $2 AND outcome = 'parked' GROUP BY partition`,
    [connectionId, topic],
  );
  return new Map(rows.map(({ partition, first }) => [partition, Number(first)]));
}

/** Which of these offsets are parked: the others have their fate. */
export async function parkedAmong(
  queries: Queries,
  topic: string,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await queries.query<{ kafka_offset: string }>(
    `SELECT kafka_offset FROM ledger.activity_exceptions
     WHERE topic = $1 AND partition = $2 AND kafka_offset = ANY($3::bigint[]) AND outcome = 'parked'`,
    [topic, partition, offsets],
  );
  return new Set(rows.map((row) => Number(row.kafka_offset)));
}

/** Gives parked activities of one partition the fate they have found; one that is not parked any more is left as it is. */
export async function unpark(
  queries: Queries,
  topic: string,
  partition: number,
  outcomes: readonly ActivityOutcome[],
): Promise<void> {
  const was = new Map(
    (
      await queries.query<{ kafka_offset: string; reason: string }>(
        `DELETE FROM ledger.activity_exceptions
         WHERE topic = $1 AND partition = $2 AND kafka_offset = ANY($3::bigint[]) AND outcome = 'parked'
         RETURNING kafka_offset, reason`,
        [topic, partition, outcomes.map(({ offset }) => offset)],
      )
    ).map(({ kafka_offset, reason }) => [Number(kafka_offset), reason]),
  );
  const found = outcomes.filter(({ offset }) => was.has(offset));
  const parked = found.flatMap(({ offset, counted }) =>
    counted ? [{ ...counted, reason: was.get(offset) ?? '' }] : [],
  );
  await queries.execute(
    `UPDATE ledger.activity_counts c SET n = c.n - p.n
     FROM (SELECT target, connection_id, campaign_activity_id, type, reason, count(*) AS n
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         AS u (target, connection_id, campaign_activity_id, type, reason) GROUP BY 1, 2, 3, 4, 5) p
     WHERE c.target = p.target AND c.connection_id = p.connection_id AND c.campaign_activity_id = p.campaign_activity_id
       AND c.type = p.type AND c.outcome = 'parked' AND c.reason = p.reason`,
    columns(parked, ['target', 'connectionId', 'campaignActivityId', 'type', 'reason']),
  );
  await queries.execute(`DELETE FROM ledger.activity_counts WHERE outcome = 'parked' AND n <= 0`);
  await countActivities(queries, topic, partition, found);
}

/** Some parked activities below an offset. */
export async function someParked(
  queries: Queries,
  topic: string,
  connectionId: string,
  partition: number,
  before: number,
): Promise<ActivityOutcome[]> {
  const rows = await queries.query<{
    kafka_offset: string;
    target: string;
    key: string;
    campaign_activity_id: string | null;
    type: string;
    dedup_key: string;
  }>(
    `SELECT kafka_offset, target, key, campaign_activity_id, type, dedup_key FROM ledger.activity_exceptions
     WHERE connection_id = $1 AND topic = $2 AND partition = $3 AND kafka_offset < $4 AND outcome = 'parked' LIMIT 5000`,
    [connectionId, topic, partition, before],
  );
  return rows.map((row) => ({
    offset: Number(row.kafka_offset),
    counted: {
      target: row.target,
      connectionId,
      key: row.key,
      campaignActivityId: row.campaign_activity_id ?? '',
      type: row.type,
      dedupKey: row.dedup_key,
      observedAt: 0,
      outcome: 'skipped',
      reason: 'expired',
    },
  }));
}
