import { consumerGroups } from '@portage/kafka';
import { defaultOptions } from '../../../test/loader/auth-stub.js';
import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, CONNECTION, meta, outgoing } from '../../../test/loader/records.js';

const MANY = 400;
const others = Array.from({ length: 48 }, (_, n) => `good-${n}`);

describe('a connection that cannot take work, on the partitions of forty-nine others (invariant 2)', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const connect = (id: string, target: string, status = 'active') =>
    harness.auth.connections.set(id, { id, target, status, options: { ...defaultOptions } });
  const of = (connectionId: string) => ({ meta: meta({ connectionId }) });
  const happening = (connectionId: string, id: string, n: number) =>
    outgoing.activity(activity(id, n, of(connectionId)));
  const events = () => harness.klaviyo.events(TARGET).length;
  const outcomes = async () => {
    const { rows } = await harness.ledger.query<{ outcome: string; reason: string; n: string }>(
      `SELECT outcome, reason, sum(n) AS n FROM ledger.activity_counts WHERE connection_id = 'broken' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    return Object.fromEntries(rows.map(({ outcome, reason, n }) => [`${outcome} ${reason}`.trim(), Number(n)]));
  };

  beforeAll(async () => {
    // A small window: what waits for the broken connection would fill it.
    harness = await LoaderHarness.start({ LOADER_WINDOW_RECORDS: '100' });
    for (const id of others) connect(id, TARGET);
    connect('broken', TARGET);
    replica = await harness.replica();
    const everybody = [CONNECTION, 'broken', ...others];
    await harness.publish(...everybody.map((id) => outgoing.contact(contact(`at-${id}`, of(id)))));
    for (const id of everybody) await harness.markAll(undefined, id);
    await harness.settled(replica);
  }, 120_000);
  afterAll(() => harness.stop());

  it('stops nobody: what is its own is parked, and the status says by when it must be delivered', async () => {
    harness.auth.connections.get('broken')!.status = 'paused';
    await harness.until(() => (replica.parts.connections.get('broken')?.working === false ? true : undefined));
    await harness.publish(...Array.from({ length: MANY }, (_, n) => happening('broken', 'at-broken', n)));
    await harness.publish(...others.map((id) => happening(id, `at-${id}`, 1)));
    await harness.until(() => (events() === others.length ? true : undefined));
    await harness.until(async () => ((await outcomes())['parked connection_not_active'] === MANY ? true : undefined));
    expect(await outcomes()).toEqual({ 'parked connection_not_active': MANY });
    const { parkedActivities, streams } = await harness.progress(replica, 'broken');
    expect(streams.activities.outcomes.parked).toBe(MANY);
    expect(parkedActivities).toMatchObject({ count: MANY, deliverBefore: expect.stringMatching(/^20/) as string });
  }, 120_000);

  it('gets everything once it is back, though the one who catches up is killed; what has expired is told', async () => {
    // As if Kafka had removed what lay before everything else.
    await harness.ledger.query(
      `UPDATE ledger.activity_exceptions SET kafka_offset = -1 WHERE (topic, partition, kafka_offset) IN (
         SELECT topic, partition, kafka_offset FROM ledger.activity_exceptions WHERE outcome = 'parked' LIMIT 1)`,
    );
    harness.auth.connections.get('broken')!.status = 'active';
    await harness.until(() => (events() > others.length ? true : undefined));
    await replica.kill();
    replica = await harness.replica();
    await harness.publish(happening('broken', 'at-broken', MANY));
    await harness.until(async () => ((await outcomes())['delivered'] === MANY ? true : undefined));
    await harness.until(async () => ((await outcomes())['skipped expired'] === 1 ? true : undefined));
    expect(await outcomes()).toEqual({ delivered: MANY, 'skipped expired': 1 });
    // Accepted ones show a moment later, and none twice.
    await harness.until(() => (harness.klaviyo.pending() === 0 ? true : undefined));
    expect(events()).toBe(others.length + MANY);
    expect((await harness.progress(replica, 'broken')).parkedActivities).toBeNull();
    await harness.until(async () => {
      const groups = await consumerGroups(harness.kafka.cluster);
      return groups.some(({ id }) => id.includes('.catch-up.')) ? undefined : true;
    });
  }, 120_000);
});
