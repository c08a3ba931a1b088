import { metricsRegistry } from '@portage/platform';
import { generateAccount } from '@portage/simulators';
import { activitiesAt, openPublisher } from '../../../../test/lag/groups.js';
import { PollerHarness, type Replica } from '../../../../test/poller/harness.js';
import { LagMonitor } from './lag-monitor.js';
import { type MeasuredLag, LagStore } from './lag-store.js';

/** Several pollers and no loader at all. */
describe('the measuring of lag', () => {
  let harness: PollerHarness;
  let replica: Replica;
  let monitors: LagMonitor[] = [];

  beforeAll(async () => {
    const account = generateAccount({ seed: 5, contacts: 20, lists: 2, campaigns: 1 });
    harness = await PollerHarness.start(account, { LAG_PERIOD_SECONDS: '0.2', LAG_WINDOW: '3', LEASE_SECONDS: '2' });
    replica = await harness.replica();
    await harness.finished(replica);
    const publisher = await openPublisher(harness.kafka);
    await publisher.publish(activitiesAt(Date.now() - 50_000, 100));
    await publisher.close();
  });

  afterAll(async () => {
    await Promise.all(monitors.map((monitor) => monitor.stop()));
    await harness.stop();
  });

  function monitor(owner: string): LagMonitor {
    const started = new LagMonitor(replica.parts, owner);
    started.start();
    monitors.push(started);
    return started;
  }

  async function measured(enough: (last: MeasuredLag) => boolean): Promise<MeasuredLag> {
    for (;;) {
      const last = await new LagStore(replica.parts.database).last();
      if (last && enough(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function holder(): Promise<string> {
    const [lease] = await replica.parts.database.query<{ owner: string }>(
      `SELECT owner FROM sync.leases WHERE key = 'lag' AND expires_at > now()`,
    );
    return lease?.owner ?? '';
  }

  const loader = (stream: string): string => `${harness.kafka.prefix}.loader.${stream}`;

  it('sees that nobody loads, and says so once it is sure', async () => {
    monitor('first');
    const first = await measured(() => true);
    expect(first.partitions.length).toBeGreaterThan(10);
    const last = await measured(({ groups }) => groups.some(({ verdict }) => verdict !== null));
    const contacts = last.groups.find(({ group }) => group === loader('contacts'));
    expect(contacts).toMatchObject({ members: 0, lag: expect.any(Number), verdict: 'stopped' });
    const activities = last.groups.find(({ group }) => group === loader('activities'));
    expect(activities?.seconds).toBeGreaterThan(49);
    for (const { lag, seconds, end } of last.partitions) {
      expect(lag).toBeLessThanOrEqual(end);
      expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
    }
  });

  it('is told to Prometheus in the names that others use', async () => {
    const stopped = new RegExp(
      `^portage_lag_verdict\\{group="${loader('lists')}",topic="[^"]+",verdict="stopped"\\} 1$`,
      'm',
    );
    let text = await metricsRegistry.metrics();
    // What is stored is told afterwards; the test's own time ends it.
    while (!stopped.test(text)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      text = await metricsRegistry.metrics();
    }
    const topic = `${harness.kafka.prefix}.activities`;
    const labels = `group="${loader('activities')}",topic="${topic}",partition="0"`;
    for (const name of [
      'kafka_consumergroup_lag',
      'kafka_consumergroup_group_lag_seconds',
      'portage_retention_minutes_left',
    ])
      expect(text).toMatch(new RegExp(`^${name}\\{${labels}\\} [1-9]`, 'm'));
    expect(text).toContain(`kafka_topic_partition_current_offset{topic="${topic}",partition="0"}`);
    expect(text).toContain(`kafka_consumergroup_members{group="${loader('contacts')}"} 0`);
    expect(text).not.toMatch(/^(kafka_|portage_(lag|retention)).* (-|NaN)/m);
  });

  it('is one poller’s task, and another one’s when that leaves', async () => {
    const second = monitor('second');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await holder()).toBe('first');
    await monitors[0]?.stop();
    const at = Date.now();
    await measured(({ measuredAt }) => measuredAt.getTime() > at);
    expect(await holder()).toBe('second');
    await second.stop();
    monitors = [];
  });
});
