import { retentionOf } from '@portage/kafka';
import { Leases } from '@portage/persistence';
import { describeError, isAbort, Loop } from '@portage/platform';
import { TOPICS } from '@portage/records';
import { type PollerParts } from '../poller-parts.js';
import { Deliveries } from './deliveries.js';
import { LagReader } from './lag-reader.js';
import { reportOf } from './lag-report.js';
import { LagStore } from './lag-store.js';
import { lagMetrics } from './metrics.js';
import { Windows } from './windows.js';

const LEASE = 'lag';

/** Measures the lag of every group, as long as this replica is the one that does. */
export class LagMonitor {
  readonly #loop: Loop;
  /** Apart: a loader that does not answer must not hold up the measuring, least of all then. */
  readonly #asking: Loop;
  readonly #leases: Leases;
  readonly #reader: LagReader;
  readonly #store: LagStore;
  readonly #windows: Windows;
  readonly #deliveries: Deliveries;
  #lease: Awaited<ReturnType<Leases['take']>>;

  constructor(
    private readonly parts: PollerParts,
    owner: string,
  ) {
    const { database, cluster, clock, environment, logger } = parts;
    const { LAG_PERIOD_SECONDS, LAG_WINDOW, LEASE_SECONDS, TOPIC_PREFIX } = environment;
    // Renewed by every measurement, so it has to outlast one that is late.
    this.#leases = new Leases(database, 'sync.leases', owner, Math.max(LEASE_SECONDS, 3 * LAG_PERIOD_SECONDS));
    this.#reader = new LagReader(cluster, clock);
    this.#store = new LagStore(database);
    // A replay stands wherever its owner wants it to stand, a catch-up where what was parked begins.
    const planned = ['replay', 'catch-up'].map((what) => `${TOPIC_PREFIX}.${what}.`);
    const isPlanned = (group: string): boolean => planned.some((prefix) => group.startsWith(prefix));
    this.#windows = new Windows({ size: LAG_WINDOW, isPlanned });
    this.#deliveries = new Deliveries(database, loaderOf(parts));
    this.#loop = new Loop({
      name: 'lag',
      everyMs: LAG_PERIOD_SECONDS * 1000,
      logger,
      turn: async () => {
        await this.#turn();
        return 'rest';
      },
    });
    this.#asking = new Loop({
      name: 'deliveries',
      everyMs: LAG_PERIOD_SECONDS * 1000,
      logger,
      turn: async (signal) => {
        if (this.#lease) await this.#askLoader(signal);
        return 'rest';
      },
    });
  }

  start(): void {
    lagMetrics.deliveriesFrom(() => this.#ages());
    this.#loop.start();
    this.#asking.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#loop.stop(), this.#asking.stop()]);
    await this.#reader.close();
    lagMetrics.forget();
    // Otherwise nobody would measure until it expires.
    if (this.#lease) await this.#leases.release(this.#lease).catch(() => undefined);
  }

  async #turn(): Promise<void> {
    this.#lease = await this.#leases.take(LEASE);
    if (!this.#lease) {
      this.#windows.forget();
      lagMetrics.forget();
      return;
    }
    const { cluster } = this.parts;
    const reading = await this.#reader.read();
    const report = reportOf(reading, this.#windows.judge(reading), (topic) => cluster.topicName(topic));
    await this.#store.save(this.#lease, report, reading.at);
    lagMetrics.measured(reading, report, await this.#retention(report.partitions.map(({ topic }) => topic)));
  }

  /** Milliseconds by full topic name, of topics that are there. */
  async #retention(present: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { cluster } = this.parts;
    const topics = TOPICS.filter((topic) => present.includes(cluster.topicName(topic)));
    const found = await retentionOf(cluster, topics);
    return new Map([...found].map(([topic, ms]) => [cluster.topicName(topic), ms]));
  }

  async #askLoader(signal: AbortSignal): Promise<void> {
    try {
      const connections = await this.parts.directory.all(signal);
      for (const { id, status } of connections) {
        if (status === 'active') await this.#deliveries.ask(id, signal);
      }
    } catch (error) {
      if (isAbort(error) && signal.aborted) throw error;
      // No measurement of lag is worth less because the loader or auth does not answer; their own alerts tell that.
      this.parts.logger.debug({ err: describeError(error) }, 'delivery ages are not to be had');
    }
  }

  async #ages() {
    const connections = await this.parts.directory.all(AbortSignal.timeout(5000)).catch(() => []);
    return this.#deliveries.ages(connections.map(({ id }) => id)).catch(() => []);
  }
}

function loaderOf({ environment }: PollerParts): ConstructorParameters<typeof Deliveries>[1] {
  const [token] = environment.PORTAGE_SERVICE_TOKEN;
  if (!token) throw new TypeError('PORTAGE_SERVICE_TOKEN names no token.');
  return { url: environment.LOADER_URL ?? `http://127.0.0.1:${environment.LOADER_PORT}`, token };
}
