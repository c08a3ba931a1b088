import { applyTopics, endOffsets, readBounded, type TransactionalPublisher } from '@portage/kafka';
import { systemClock } from '@portage/platform';
import { size } from '../../../../test/e2e/sizes.js';
import { activityRecord, recreateTopics, testKafka } from '../../../../test/kafka.js';
import { activitiesAt, commit, idleMember, openPublisher } from '../../../../test/lag/groups.js';
import { kafkaTool, type ToolLine } from '../../../../test/lag/kafka-tool.js';
import { LagReader } from './lag-reader.js';
import { type PartitionLag, reportOf } from './lag-report.js';
import { type Verdict } from './verdict.js';
import { Windows } from './windows.js';

const kafka = testKafka('lag');
const { prefix, cluster } = kafka;
const brokers = cluster.config.brokers.join(',');
const loader = `${prefix}.loader.activities`;
const replay = `${prefix}.replay.r1`;
const bystander = `${prefix}.copy`;
const groups = [loader, replay, bystander];
const tool = await kafkaTool();
const withTool = typeof tool === 'string' ? describe.skip : describe;
if (typeof tool === 'string') console.warn(`Skipped: lag is not compared with Kafka's own tool, because ${tool}.`);

let publisher: TransactionalPublisher;
let reader: LagReader;

beforeAll(async () => {
  await applyTopics(cluster, { correct: false });
  publisher = await openPublisher(kafka);
  reader = new LagReader(cluster, systemClock);
});

afterAll(async () => {
  await reader.close();
  await publisher.close();
  await cluster.close();
});

async function measure(): Promise<readonly PartitionLag[]> {
  const reading = await reader.read();
  return reportOf(reading, [], (topic) => cluster.topicName(topic)).partitions;
}

/** Measures, and expects every partition that `which` chooses to be as far behind as `since` (ms) is ago. */
async function expectUnreadSince(since: number, which: (lag: PartitionLag) => boolean): Promise<void> {
  const asked = Date.now();
  const lags = (await measure()).filter(which);
  const told = Date.now();
  expect(lags.length).toBeGreaterThan(6);
  for (const { seconds } of lags) expectBetween(seconds, (asked - since) / 1000 - 1, (told - since) / 1000 + 1);
}

async function toolLines(): Promise<ToolLine[]> {
  if (typeof tool === 'string') throw new Error(tool);
  return tool.describe(brokers, groups);
}

const keyOf = ({ group, topic, partition }: Pick<ToolLine, 'group' | 'topic' | 'partition'>): string =>
  `${group} ${topic} ${partition}`;

/** Every group at its own share of what is published. */
async function commitShares(ends: ReadonlyMap<number, number>, shares: readonly number[]): Promise<void> {
  for (const [index, share] of shares.entries())
    await commit(
      cluster,
      groups[index] ?? '',
      'activities',
      [...ends].map(([partition, end]) => [partition, Math.floor(end * share)]),
    );
}

/** A commit is acknowledged before its markers are on the topic; what reads committed records waits for them. */
async function markersWritten(): Promise<void> {
  const { signal } = new AbortController();
  const onRecords = () => Promise.resolve();
  await readBounded({ cluster, registry: kafka.registry, topic: 'activities', from: 'start', onRecords, signal });
}

describe('what is measured without anybody reading', () => {
  it('is everything that the loaders would have to read, and nothing negative', async () => {
    const since = Date.now() - 30_000;
    await publisher.publish(activitiesAt(since, 300));
    await markersWritten();
    await expectUnreadSince(since, ({ lag }) => lag > 0);
    const lags = await measure();
    expect(new Set(lags.map(({ group }) => group))).toEqual(new Set([loader]));
    const ends = await endOffsets(cluster, 'activities');
    expect(lags).toHaveLength([...ends].filter(([, end]) => end > 0).length);
    for (const { current, end, lag, partition } of lags)
      expect([current, end, lag]).toEqual([null, ends.get(partition), ends.get(partition)]);
  });
});

withTool("lag beside Kafka's own tool", () => {
  it('is the same at rest, for several groups', async () => {
    await commitShares(await endOffsets(cluster, 'activities'), [1, 0.5, 0.1]);
    const lags = new Map((await measure()).map((each) => [keyOf(each), each]));
    const lines = await toolLines();
    expect(lines.length).toBeGreaterThan(groups.length * 6);
    for (const line of lines) expect(lags.get(keyOf(line))).toMatchObject(line);
    expect(lags.size).toBe(lines.length);
  });

  it(
    'lies between two readings of it while everything moves',
    async () => {
      const stop = new AbortController();
      const moving = move(stop.signal);
      try {
        for (let round = 0; round < size(2, 20); round++) await compareWhileMoving();
      } finally {
        stop.abort();
        await moving;
      }
      expect(await moving).toBeGreaterThan(3);
    },
    size(60_000, 600_000),
  );

  async function compareWhileMoving(): Promise<void> {
    const before = new Map((await toolLines()).map((line) => [keyOf(line), line]));
    const lags = await measure();
    const after = new Map((await toolLines()).map((line) => [keyOf(line), line]));
    for (const each of lags) {
      const [low, high] = [before.get(keyOf(each)), after.get(keyOf(each))];
      if (!low || !high) continue;
      expectBetween(each.end, low.end, high.end);
      expectBetween(each.current ?? 0, low.current ?? 0, high.current ?? 0);
      expectBetween(each.lag, low.end - (high.current ?? 0), high.end - (low.current ?? 0));
    }
  }

  async function move(signal: AbortSignal): Promise<number> {
    let pages = 0;
    let shares = [0.9, 0.6, 0.2];
    for (; !signal.aborted; pages++) {
      await publisher.publish(activitiesAt(Date.now(), 60, pages * 60));
      shares = shares.map((share) => Math.min(1, share + 0.002));
      await commitShares(await endOffsets(cluster, 'activities'), shares);
    }
    return pages;
  }
});

function expectBetween(figure: number, low: number, high: number): void {
  expect(figure).toBeGreaterThanOrEqual(low);
  expect(figure).toBeLessThanOrEqual(high);
}

describe('seconds of lag', () => {
  it('are the age of the oldest unread record, within a second of the truth', async () => {
    const before = await endOffsets(cluster, 'activities');
    const since = Date.now() - 600_000;
    await publisher.publish(activitiesAt(since, 200));
    await publisher.publish(activitiesAt(Date.now() - 60_000, 200));
    await markersWritten();
    await commit(cluster, loader, 'activities', before);
    await expectUnreadSince(since, ({ group, lag }) => group === loader && lag > 0);
  });

  it('are 0 where nothing is unread but the marker of a transaction, or what was aborted', async () => {
    await markersWritten();
    const ends = await endOffsets(cluster, 'activities');
    await commit(
      cluster,
      loader,
      'activities',
      [...ends].map(([partition, end]) => [partition, end - 1]),
    );
    const aborting = cluster.client.producer({ transactionalId: `${prefix}.aborting`, maxInFlightRequests: 1 });
    await aborting.connect();
    const transaction = await aborting.transaction();
    await transaction.send({ topic: cluster.topicName('activities'), messages: [{ partition: 0, value: 'no' }] });
    const running = await measure();
    await transaction.abort();
    await aborting.disconnect();
    for (const lags of [running, await measure()]) {
      const own = lags.filter(({ group }) => group === loader);
      expect(own.map(({ lag }) => lag)).toEqual(own.map(({ partition, lag }) => (partition === 0 ? lag : 1)));
      expect(own.map(({ seconds }) => seconds)).toEqual(own.map(() => 0));
    }
  });
});

describe('every verdict', () => {
  const group = `${prefix}.judged`;
  const size = 3;
  let windows: Windows;

  beforeEach(() => {
    windows = new Windows({ size, isPlanned: (id) => id === replay });
  });

  /** The verdict on partition 0 after a full window with `step` before each of its measurements. */
  async function judged(of: string, step: (index: number) => Promise<unknown>): Promise<Verdict | null | undefined> {
    let verdict: Verdict | null | undefined;
    for (let index = 0; index < size; index++) {
      await step(index);
      const reading = await reader.read();
      const verdicts = windows.judge(reading);
      const at = reading.partitions.findIndex((each) => each.group === of && each.partition === 0);
      verdict = verdicts[at];
      if (index < size - 1) expect(verdicts.every((each) => each === null)).toBe(true);
    }
    return verdict;
  }

  const end = async (): Promise<number> => (await endOffsets(cluster, 'activities')).get(0) ?? 0;
  const standAt = (offset: number, of = group) => commit(cluster, of, 'activities', [[0, offset]]);
  const publish = (count: number) => publisher.publish([...Array(count).keys()].map(activityRecord));

  it('ok: whoever is at the end at times', async () => {
    const step = async (index: number): Promise<void> => {
      if (index === 1) await standAt(await end());
      else await publish(60);
    };
    await standAt(1);
    expect(await judged(group, step)).toBe('ok');
  });

  it('warn: whoever moves and falls behind', async () => {
    const first = (await end()) - 10;
    const step = async (index: number): Promise<void> => {
      await standAt(first + index);
      await publish(60);
    };
    expect(await judged(group, step)).toBe('warn');
  });

  it('stopped, then stalled: nobody there, then somebody who does not move', async () => {
    await standAt(1);
    expect(await judged(group, () => Promise.resolve())).toBe('stopped');
    windows.forget();
    const member = await idleMember(cluster, group, 'activities');
    try {
      expect(await judged(group, () => Promise.resolve())).toBe('stalled');
      expect((await reader.read()).members.get(group)).toBe(1);
    } finally {
      await member.disconnect();
    }
  });

  it.each([
    ['rewound: whoever is put back', group, 'rewound'],
    ['ok: a replay that is put back', replay, 'ok'],
  ])('%s', async (_what, of, verdict) => {
    expect(await judged(of, async (index) => standAt([50, 10, 12][index] ?? 0, of))).toBe(verdict);
  });
});

describe('what is created anew', () => {
  it('begins with sane figures and no verdict', async () => {
    const windows = new Windows({ size: 2, isPlanned: () => false });
    await commit(cluster, loader, 'activities', await endOffsets(cluster, 'activities'));
    for (let times = 0; times < 2; times++) windows.judge(await reader.read());
    await recreateTopics(cluster, 'activities');
    await cluster.admin((admin) => admin.deleteGroups([bystander]));
    await publisher.publish(activitiesAt(Date.now(), 40));
    const reading = await reader.read();
    const report = reportOf(reading, windows.judge(reading), (topic) => cluster.topicName(topic));
    const own = report.partitions.filter(({ topic }) => topic === cluster.topicName('activities'));
    expect(own.some(({ group }) => group === bystander)).toBe(false);
    for (const { lag, seconds, end, verdict } of own) {
      expect(lag).toBeLessThanOrEqual(end);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(60);
      expect(verdict).toBeNull();
    }
  });
});
