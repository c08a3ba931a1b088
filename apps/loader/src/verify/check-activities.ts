import { offsetRanges, readBounded } from '@portage/kafka';
import { sleep } from '@portage/platform';
import { parseKey } from '@portage/records';
import { countEvents } from '../report/read-back.js';
import { timingOf } from '../timing.js';
import { compareActivities, compareEvents } from './compare-counts.js';
import { type VerifyContext } from './context.js';

export interface ActivitiesSeen {
  /** Records of the connection on the topic. */
  readonly topic: number;
  /** Outcomes of the ledger. */
  readonly ledger: number;
  readonly events: Readonly<Record<string, number>>;
}

/** Activities on the topic against their outcomes, and what was delivered against Klaviyo's metrics. */
export async function checkActivities(context: VerifyContext): Promise<ActivitiesSeen> {
  const { tally } = context;
  const ledger = await readLedger(context);
  const topic = await readTopic(context, ledger);
  for (const finding of compareActivities(topic.counts, ledger.counts, topic.expired)) tally.add(finding);
  const delivered = Object.fromEntries([...topic.delivered].map(([type, keys]) => [type, keys.size]));
  const events = await patientCount(context, delivered, topic.oldest);
  for (const finding of compareEvents(delivered, events, topic.expired)) tally.add(finding);
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, n) => total + n, 0);
  return { topic: sum(topic.counts), ledger: sum(ledger.counts), events };
}

interface LedgerActivities {
  /** Up to where outcomes are counted, by partition. */
  readonly settled: ReadonlyMap<number, number>;
  /** Outcomes by campaign activity and type. */
  readonly counts: ReadonlyMap<string, number>;
  /** `<partition> <offset>` of what was not delivered. */
  readonly exceptions: ReadonlySet<string>;
}

/** Positions and counts move in one transaction, so one statement reads them as of one moment. */
async function readLedger({ parts, connection, target }: VerifyContext): Promise<LedgerActivities> {
  const topic = parts.cluster.topicName('activities');
  const rows = await parts.database.query<{ kind: string; id: string; type: string; n: string }>(
    `SELECT 'settled' AS kind, partition::text AS id, '' AS type, position AS n FROM ledger.positions WHERE topic = $1
     UNION ALL
     SELECT 'count', campaign_activity_id, type, sum(n) FROM ledger.activity_counts
       WHERE target = $2 AND connection_id = $3 GROUP BY campaign_activity_id, type
     UNION ALL
     SELECT 'exception', partition::text, '', kafka_offset FROM ledger.activity_exceptions WHERE topic = $1 AND target = $2`,
    [topic, target.id, connection.id],
  );
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    settled: new Map(of('settled').map(({ id, n }) => [Number(id), Number(n)])),
    counts: new Map(of('count').map(({ id, type, n }) => [`${id} ${type}`, Number(n)])),
    exceptions: new Set(of('exception').map(({ id, n }) => `${id} ${n}`)),
  };
}

async function readTopic(
  { parts, connection, target, signal }: VerifyContext,
  { settled, exceptions }: LedgerActivities,
) {
  const counts = new Map<string, number>();
  const delivered = new Map<string, Set<string>>();
  let oldest = Date.now();
  // Connections whose events go to the same metrics.
  const suffix = connection.options.metricSuffix;
  const siblings = new Set(
    parts.connections.of(target.id).flatMap((each) => (each.options.metricSuffix === suffix ? each.id : [])),
  );
  await readBounded({
    cluster: parts.cluster,
    registry: parts.registry,
    topic: 'activities',
    from: 'start',
    to: settled,
    signal,
    onRecords: (partition, records) => {
      for (const record of records) {
        if (!('value' in record) || record.value === null) continue;
        if (record.offset >= (settled.get(partition) ?? 0)) continue;
        const of = parseKey(record.key)?.connectionId ?? '';
        const { campaignActivityId, type, dedupKey, createdAt } = record.value;
        if (of === connection.id) {
          const id = `${campaignActivityId} ${type}`;
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
        if (!siblings.has(of) || exceptions.has(`${partition} ${record.offset}`)) continue;
        oldest = Math.min(oldest, createdAt);
        const keys = delivered.get(type);
        if (keys) keys.add(dedupKey);
        else delivered.set(type, new Set([dedupKey]));
      }
      return Promise.resolve();
    },
  });
  const ranges = await offsetRanges(parts.cluster, 'activities');
  return { counts, delivered, oldest, expired: [...ranges.values()].some(({ start }) => start > 0) };
}

/** Klaviyo accepts events first and counts them minutes later. */
async function patientCount(
  context: VerifyContext,
  delivered: Readonly<Record<string, number>>,
  oldest: number,
): Promise<Record<string, number>> {
  const { readBackMs, reassertMs } = timingOf(context.parts.environment);
  const deadline = Date.now() + reassertMs / 4;
  // From the oldest on that is known here: the history's limit may have been another one when it was read.
  const historyFrom = Math.min(context.connection.historyFrom, oldest);
  const asked = { ...context, connection: { ...context.connection, historyFrom } };
  for (;;) {
    const counts = await countEvents(asked);
    const short = Object.entries(delivered).some(([type, n]) => (counts[type] ?? 0) < n);
    if (!short || Date.now() >= deadline) return counts;
    await sleep(readBackMs, context.signal);
  }
}
