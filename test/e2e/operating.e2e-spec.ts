import { setTimeout as sleep } from 'node:timers/promises';
import { type PartitionLag } from '../../tools/portage/lag-answers.js';
import { type ConnectionStatus } from '../../tools/portage/status-view.js';
import { kafkaTool } from '../lag/kafka-tool.js';
import { alertRules, dashboardExpressions, metricsIn } from '../monitoring/used-metrics.js';
import { Migration } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

type Source = ConnectionStatus['source'];

const period = size(2, 10);

/** An operator looks at a Portage that works: lag, verdicts, status, metrics. */
describe('operating', () => {
  let migration: Migration;

  beforeAll(async () => {
    migration = await Migration.start({
      seed: seed + 70,
      contacts: size(600, 10_000),
      lists: 6,
      campaigns: size(5, 20),
      loaders: 2,
      pollers: 2,
      env: { LAG_PERIOD_SECONDS: String(period), LAG_WINDOW: '10' },
    });
  }, timeoutMs);

  afterAll(async () => {
    expect(await migration.stop()).toBe(0);
  }, timeoutMs);

  async function lag(): Promise<PartitionLag[]> {
    const { stdout, code } = await migration.portage.cli(['lag', '--json']);
    expect(code).toBe(0);
    return JSON.parse(stdout) as PartitionLag[];
  }

  it(
    'foresees the first pass while it runs, and ends without lag',
    async () => {
      let done = false;
      const pass = migration.pass().finally(() => (done = true));
      const path = `/connections/${migration.connectionId}/status`;
      const foreseen: NonNullable<Source['forecast']>[] = [];
      while (!done) {
        const { forecast } = (await migration.portage.api('GET', path, undefined, 'poller')) as Source;
        if (forecast) foreseen.push(forecast);
        await sleep(100);
      }
      await pass;
      expect(migration.differences()).toBe('');
      expect(foreseen.some(({ calls }) => calls > 5)).toBe(true);
      expect(foreseen.every(({ doneBy }) => Date.parse(doneBy) > 0)).toBe(true);
      const prefix = (await lag())[0]?.topic.split('.').slice(0, -1).join('.') ?? '';
      while ((await lag()).some(({ lag: behind, seconds }) => behind > 0 || seconds > 0)) await sleep(period * 1000);
      const lags = await lag();
      for (const topic of ['lists', 'contacts', 'suppressions', 'activities', 'marks'])
        expect(lags.some((each) => each.group === `${prefix}.loader.${topic}`)).toBe(true);
    },
    timeoutMs,
  );

  it(
    "tells the lag that Kafka's own tool tells",
    async () => {
      const tool = await kafkaTool();
      if (typeof tool === 'string') return console.warn(`Skipped: ${tool}.`);
      const lags = await lag();
      const groups = [...new Set(lags.map(({ group }) => group))];
      const lines = await tool.describe((await migration.portage.upFile()).kafka, groups);
      expect(lines.length).toBeGreaterThan(20);
      for (const line of lines) {
        const own = lags.find((each) => each.topic === line.topic && each.partition === line.partition);
        expect(own).toMatchObject({ ...line, lag: line.lag ?? 0 });
      }
    },
    timeoutMs,
  );

  it(
    'is judged ok all the time while both sides move steadily',
    async () => {
      const until = Date.now() + size(40, 600) * 1000;
      const judged = new Set<string | null>();
      const strange: PartitionLag[] = [];
      for (let round = 0; Date.now() < until; round++) {
        migration.evolve(seed + round, 20);
        await migration.pass();
        for (const each of await lag()) {
          judged.add(each.verdict);
          if (each.verdict !== null && each.verdict !== 'ok') strange.push(each);
        }
      }
      expect(strange).toEqual([]);
      expect(judged).toContain('ok');
    },
    timeoutMs,
  );

  it(
    'is seen on a screen of 80 columns',
    async () => {
      for (const args of [['status'], ['lag', '--all']]) {
        const { stdout, code } = await migration.portage.cli(args);
        expect(code).toBe(0);
        expect(stdout).not.toContain('\u001b');
        expect(stdout).toContain('verdict');
        expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      }
      expect((await migration.portage.cli(['lag', '--check'])).code).toBe(0);
    },
    timeoutMs,
  );

  it(
    'exposes every metric that alerts and dashboard are made of, lag by one poller only',
    async () => {
      const { metrics } = await migration.portage.upFile();
      const pages = await Promise.all(
        Object.values(metrics)
          .flat()
          .map(async (url) => (await fetch(`${url}/metrics`)).text()),
      );
      const text = pages.join('\n');
      const used = [...alertRules().map(({ expr }) => expr), ...dashboardExpressions()].flatMap(metricsIn);
      const missing = used.filter(({ metric }) => {
        const family = metric.replace(/_(bucket|sum|count)$/, '');
        return !text.includes(`# TYPE ${metric} `) && !text.includes(`# TYPE ${family} histogram`);
      });
      expect(missing).toEqual([]);
      expect(pages.filter((page) => /^kafka_consumergroup_lag\{/m.test(page))).toHaveLength(1);
      expect(text).toMatch(/^portage_delivery_age_seconds\{.*stream="contacts"\} \d/m);
      expect(text).not.toMatch(/^(kafka|portage)_\S+ (-\d|NaN)/m);
    },
    timeoutMs,
  );

  it(
    'sees that the loaders are gone',
    async () => {
      const { pids } = await migration.portage.upFile();
      for (const pid of pids.loader) process.kill(pid, 'SIGSTOP');
      try {
        migration.evolve(seed + 7000, 200);
        await migration.portage.api('POST', `/connections/${migration.connectionId}/sync`, {}, 'poller');
        let check = await migration.portage.cli(['lag', '--check']);
        while (check.code === 0) {
          await sleep(period * 1000);
          check = await migration.portage.cli(['lag', '--check']);
        }
        expect(check.code).toBe(1);
        expect(check.stdout).toMatch(/stalled|stopped/);
      } finally {
        for (const pid of pids.loader) process.kill(pid, 'SIGCONT');
      }
    },
    timeoutMs,
  );
});
