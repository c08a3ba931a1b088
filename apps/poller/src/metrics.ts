import { Counter, Gauge, Histogram } from 'prom-client';
import { metricsRegistry } from '@portage/platform';
import { PHASES } from './pass/phase.js';

const registers = [metricsRegistry];

const calls = new Counter({
  name: 'portage_poller_calls_total',
  help: 'Requests sent to Constant Contact, retries included.',
  labelNames: ['endpoint'],
  registers,
});
const pages = new Counter({ name: 'portage_poller_pages_total', help: 'Pages published and applied.', registers });
const records = new Counter({
  name: 'portage_poller_records_total',
  help: 'Records acknowledged by Kafka.',
  labelNames: ['stream'],
  registers,
});
const pageSeconds = new Histogram({
  name: 'portage_poller_page_seconds',
  help: 'Time from a page read to its effects applied.',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});
const leases = new Gauge({
  name: 'portage_poller_leases',
  help: 'Connections that this process is working on.',
  registers,
});
const phases = new Gauge({
  name: 'portage_poller_phase',
  help: 'The phase of the pass that is under way, by connection: 1 for the present one.',
  labelNames: ['connection', 'phase'],
  registers,
});
let readFreshness: () => Promise<readonly Freshness[]> = () => Promise.resolve([]);
new Gauge({
  name: 'portage_source_freshness_seconds',
  help: 'Age of the last complete read of a stream.',
  labelNames: ['connection', 'stream'],
  registers,
  async collect() {
    for (const { connection, stream, seconds } of await readFreshness()) this.set({ connection, stream }, seconds);
  },
});

export interface Freshness {
  readonly connection: string;
  readonly stream: string;
  readonly seconds: number;
}

const busy = new Set<string>();

/** What a poller tells Prometheus. */
export const pollerMetrics = {
  called: (endpoint: string): void => calls.inc({ endpoint }),
  published(seconds: number, counts: readonly { readonly stream: string; readonly count: number }[]): void {
    pages.inc();
    pageSeconds.observe(seconds);
    for (const { stream, count } of counts) records.inc({ stream }, count);
  },
  phase(connection: string, phase: string): void {
    for (const known of PHASES) phases.set({ connection, phase: known }, known === phase ? 1 : 0);
    if (phase === 'idle') busy.delete(connection);
    else busy.add(connection);
    leases.set(busy.size);
  },
  /** Asked for whenever the metrics are. */
  freshnessFrom(read: () => Promise<readonly Freshness[]>): void {
    readFreshness = read;
  },
};
