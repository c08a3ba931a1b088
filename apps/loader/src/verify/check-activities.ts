import { offsetRanges, readBounded } from '@portage/kafka';
import { sleep } from '@portage/platform';
import { type Activity, parseKey } from '@portage/records';
import { hasValue } from '../replays/read-stream.js';
import { Replays } from '../replays/replays.repository.js';
import { countEvents } from '../report/read-back.js';
import { timingOf } from '../timing.js';
import { Belongings } from './belongings.js';
import { compareActivities, compareEvents, type EventBounds } from './compare-counts.js';
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
  const fed = await readFed(context);
  const topic = await readTopic(context, ledger, fed);
  for (const finding of compareActivities(topic.counts, ledger.counts, topic.expired)) tally.add(finding);
  const bounds: EventBounds = {
    least: topic.delivered.counts(),
    most: topic.possible.counts(),
    // Of several records of one happening Klaviyo counts one; of those that have expired it is not known how many there were.
    replayed: topic.expired ? 0 : Math.max(0, ...fed.map(({ delivered }) => delivered - topic.possible.repeated)),
  };
  const events = await patientCount(context, bounds, topic.oldest);
  for (const finding of compareEvents(bounds, events, topic.expired)) tally.add(finding);
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

/** Connections whose events go to the same metrics. */
function siblingsOf({ parts, connection, target }: VerifyContext): string[] {
  const { metricSuffix } = connection.options;
  return parts.connections
    .of(target.id)
    .flatMap(({ id, options }) => (options.metricSuffix === metricSuffix ? [id] : []));
}

/** Those of them that replays have brought something. */
async function readFed(context: VerifyContext): Promise<Belongings[]> {
  const siblings = siblingsOf(context);
  const replays = await new Replays(context.parts.database).into(siblings);
  return siblings.flatMap((id) => {
    const into = replays.filter(({ request }) => request.targetConnectionId === id);
    return into.length > 0 ? [new Belongings(id, into)] : [];
  });
}

async function readTopic(
  context: VerifyContext,
  { settled, exceptions }: LedgerActivities,
  fed: readonly Belongings[],
) {
  const { parts, connection, signal } = context;
  const counts = new Map<string, number>();
  const delivered = new Happenings();
  const possible = new Happenings();
  let oldest = Date.now();
  const siblings = new Set(siblingsOf(context));
  const ends = new Map(
    [...settled].map(([partition, at]) => [
      partition,
      Math.max(at, ...fed.map((each) => each.endOfActivities(partition))),
    ]),
  );
  await readBounded({
    cluster: parts.cluster,
    registry: parts.registry,
    topic: 'activities',
    from: 'start',
    to: ends,
    signal,
    onRecords: (partition, records) => {
      for (const record of records) {
        if (!hasValue(record)) continue;
        const of = parseKey(record.key)?.connectionId ?? '';
        const { campaignActivityId, type, createdAt } = record.value;
        const isSettled = record.offset < (settled.get(partition) ?? 0);
        if (isSettled && of === connection.id) {
          const id = `${campaignActivityId} ${type}`;
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
        const isDelivered = isSettled && siblings.has(of) && !exceptions.has(`${partition} ${record.offset}`);
        if (isDelivered) delivered.add(record.value);
        if (!isDelivered && !fed.some((each) => each.mayBring(partition, record))) continue;
        possible.add(record.value);
        oldest = Math.min(oldest, createdAt);
      }
      return Promise.resolve();
    },
  });
  const ranges = await offsetRanges(parts.cluster, 'activities');
  return { counts, delivered, possible, oldest, expired: [...ranges.values()].some(({ start }) => start > 0) };
}

/** Klaviyo accepts events first and counts them minutes later. */
async function patientCount(
  context: VerifyContext,
  { least, replayed }: EventBounds,
  oldest: number,
): Promise<Record<string, number>> {
  const { readBackMs, reassertMs } = timingOf(context.parts.environment);
  const deadline = Date.now() + reassertMs / 4;
  // From the oldest on that is known here: the history's limit may have been another one when it was read.
  const historyFrom = Math.min(context.connection.historyFrom, oldest);
  const asked = { ...context, connection: { ...context.connection, historyFrom } };
  for (;;) {
    const counts = await countEvents(asked);
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const isShort = total < replayed || Object.entries(least).some(([type, n]) => (counts[type] ?? 0) < n);
    if (!isShort || Date.now() >= deadline) return counts;
    await sleep(readBackMs, context.signal);
  }
}

/** Different happenings by type. */
class Happenings {
  /** Records beyond the first of their happening. */
  repeated = 0;
  readonly #keys = new Map<string, Set<string>>();

  add({ type, dedupKey }: Activity): void {
    const keys = this.#keys.get(type) ?? new Set();
    this.#keys.set(type, keys);
    if (keys.has(dedupKey)) this.repeated += 1;
    else keys.add(dedupKey);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#keys].map(([type, keys]) => [type, keys.size]));
  }
}
