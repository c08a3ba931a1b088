import { columns, type Queries } from '@portage/persistence';
import { recordOutcomes } from '../metrics.js';

/** The fate of one activity, counted when the settled prefix passes it. */
export interface ActivityOutcome {
  readonly offset: number;
  /** Null for records that nobody counts: of deleted connections, and tombstones. */
  readonly counted: {
    readonly target: string;
    readonly connectionId: string;
    readonly key: string;
    readonly campaignActivityId: string;
    readonly type: string;
    readonly dedupKey: string;
    /** Of the record, milliseconds. */
    readonly observedAt: number;
    readonly outcome: 'delivered' | 'skipped' | 'rejected' | 'parked';
    readonly reason: string;
  } | null;
}

/**
 * Counts outcomes per campaign activity and type, and keeps a row for each that was not delivered; in the transaction that
 * moves the partition's position, so that a kill counts nothing twice and nothing never.
 */
export async function countActivities(
  queries: Queries,
  topic: string,
  partition: number,
  outcomes: readonly ActivityOutcome[],
): Promise<void> {
  const counted = outcomes.flatMap(({ offset, counted }) => (counted === null ? [] : [{ ...counted, offset }]));
  const counts = new Map<string, (typeof counted)[number] & { n: number }>();
  for (const each of counted) {
    const key = [each.target, each.connectionId, each.campaignActivityId, each.type, each.outcome, each.reason].join(
      '\n',
    );
    const known = counts.get(key);
    if (known) known.n += 1;
    else counts.set(key, { ...each, n: 1 });
    recordOutcomes.labels('activities', each.outcome).inc();
  }
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await queries.execute(
    `INSERT INTO ledger.activity_counts AS c (target, connection_id, campaign_activity_id, type, outcome, reason, n)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
     ON CONFLICT (target, connection_id, campaign_activity_id, type, outcome, reason) DO UPDATE SET n = c.n + EXCLUDED.n`,
    columns(rows, ['target', 'connectionId', 'campaignActivityId', 'type', 'outcome', 'reason', 'n']),
  );
  const exceptions = counted.filter(({ outcome }) => outcome !== 'delivered');
  if (exceptions.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.activity_exceptions (topic, partition, kafka_offset, target, key, dedup_key, type, outcome, reason,
       connection_id, campaign_activity_id, observed_at)
     SELECT $1, $2, kafka_offset, target, key, dedup_key, type, outcome, reason, connection_id,
       CASE WHEN outcome = 'parked' THEN campaign_activity_id END, CASE WHEN outcome = 'parked' THEN observed_at END
     FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
       $12::bigint[]) AS e (kafka_offset, target, key, dedup_key, type, outcome, reason, connection_id, campaign_activity_id,
       observed_at)
     ON CONFLICT DO NOTHING`,
    [
      topic,
      partition,
      ...columns(exceptions, [
        'offset',
        'target',
        'key',
        'dedupKey',
        'type',
        'outcome',
        'reason',
        'connectionId',
        'campaignActivityId',
        'observedAt',
      ]),
    ],
  );
}
