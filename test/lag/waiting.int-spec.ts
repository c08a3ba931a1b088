import { LagReader } from '../../apps/poller/src/lag/lag-reader.js';
import { type PartitionReading } from '../../apps/poller/src/lag/reading.js';
import { type Verdict } from '../../apps/poller/src/lag/verdict.js';
import { Windows } from '../../apps/poller/src/lag/windows.js';
import { systemClock } from '@portage/platform';
import { LoaderHarness, type Replica } from '../loader/harness.js';
import { activity, contact, outgoing } from '../loader/records.js';

const size = 4;
const periodMs = 500;

/** People and activities wait for their connection's opt-outs: nothing moves, and nothing is wrong. */
describe('the verdict on a loader that waits', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  let reader: LagReader;

  beforeAll(async () => {
    harness = await LoaderHarness.start({ LAG_PERIOD_SECONDS: String(periodMs / 1000) });
    replica = await harness.replica();
    reader = new LagReader(harness.kafka.cluster, systemClock);
    await harness.publish(
      ...['anna', 'ben'].map((id) => outgoing.contact(contact(id))),
      ...[1, 2].map((n) => ({ ...outgoing.activity(activity('anna', n)), timestamp: Date.now() })),
    );
  }, 60_000);
  afterAll(async () => {
    await reader.close();
    await harness.stop();
  });

  /** Verdicts on partitions that held something unread all the time, by topic, from a full window. */
  async function verdicts(): Promise<Record<string, Verdict | null>> {
    const windows = new Windows({ size, isPlanned: () => false });
    let judged: readonly (Verdict | null)[] = [];
    let readings: readonly PartitionReading[] = [];
    for (let index = 0; index < size; index++) {
      const reading = await reader.read();
      judged = windows.judge(reading);
      readings = reading.partitions;
      await new Promise((resolve) => setTimeout(resolve, periodMs));
    }
    const unread = readings.flatMap(({ topic, unreadSince }, at) =>
      unreadSince === null ? [] : [[topic, judged[at] ?? null] as const],
    );
    return Object.fromEntries(unread);
  }

  it('is ok as long as the loader says so, and stalled when it does not come to that any more', async () => {
    await harness.until(async () => {
      const { partitions } = await reader.read();
      return partitions.some(({ attendedAt }) => attendedAt !== null) ? true : undefined;
    });
    expect(await verdicts()).toEqual({ contacts: 'ok', activities: 'ok' });
    expect((await harness.progress(replica)).gateOpen).toBe(false);
    // Nothing can be stored any more, as where PostgreSQL does not answer; the member stays in its group.
    await replica.parts.database.close();
    await harness.until(async () => {
      const found = await verdicts();
      return found['contacts'] === 'stalled' && found['activities'] === 'stalled' ? true : undefined;
    });
  }, 60_000);
});
