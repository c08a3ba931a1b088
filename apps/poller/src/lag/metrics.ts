import { Gauge } from 'prom-client';
import { metricsRegistry } from '@portage/platform';
import { type LagReport } from './lag-report.js';
import { minutesLeft, type LagReading } from './reading.js';
import { VERDICTS } from './verdict.js';

const registers = [metricsRegistry];
const place = ['group', 'topic', 'partition'] as const;

const lag = new Gauge({
  name: 'kafka_consumergroup_lag',
  help: 'Offsets between where a group stands and the end of a partition.',
  labelNames: place,
  registers,
});
const lagSeconds = new Gauge({
  name: 'kafka_consumergroup_group_lag_seconds',
  help: 'Age of the oldest record that a group has not read.',
  labelNames: place,
  registers,
});
const currentOffset = new Gauge({
  name: 'kafka_consumergroup_current_offset',
  help: 'Committed offset of a group.',
  labelNames: place,
  registers,
});
const members = new Gauge({
  name: 'kafka_consumergroup_members',
  help: 'Members of a group.',
  labelNames: ['group'],
  registers,
});
const endOffset = new Gauge({
  name: 'kafka_topic_partition_current_offset',
  help: 'End offset of a partition.',
  labelNames: ['topic', 'partition'],
  registers,
});
const oldestOffset = new Gauge({
  name: 'kafka_topic_partition_oldest_offset',
  help: 'First offset of a partition that is still there.',
  labelNames: ['topic', 'partition'],
  registers,
});
const retentionMinutes = new Gauge({
  name: 'portage_retention_minutes_left',
  help: 'Minutes until the oldest record that a group has not read is removed; only of topics that remove records.',
  labelNames: place,
  registers,
});
const verdicts = new Gauge({
  name: 'portage_lag_verdict',
  help: 'Partitions of a group by verdict; those without a full window are in none.',
  labelNames: ['group', 'topic', 'verdict'],
  registers,
});
const measuredAt = new Gauge({
  name: 'portage_lag_measured_timestamp_seconds',
  help: 'When the lag was last measured; only the poller that measures tells.',
  registers,
});
const all = [lag, lagSeconds, currentOffset, members, endOffset, oldestOffset, retentionMinutes, verdicts, measuredAt];

export interface DeliveryAge {
  readonly connection: string;
  readonly stream: string;
  readonly seconds: number;
}

let readDeliveries: () => Promise<readonly DeliveryAge[]> = () => Promise.resolve([]);
new Gauge({
  name: 'portage_delivery_age_seconds',
  help: 'Age of the newest state of a stream that was delivered completely.',
  labelNames: ['connection', 'stream'],
  registers,
  async collect() {
    this.reset();
    for (const { connection, stream, seconds } of await readDeliveries()) this.set({ connection, stream }, seconds);
  },
});

/** What the poller that measures tells Prometheus, in the names that lag dashboards know. */
export const lagMetrics = {
  /** `retention`: milliseconds, by full topic name. */
  measured(reading: LagReading, report: LagReport, retention: ReadonlyMap<string, number>): void {
    lagMetrics.forget();
    measuredAt.set(reading.at / 1000);
    for (const { group, members: count } of report.groups) members.set({ group }, count);
    report.partitions.forEach((each, index) => {
      const { group, topic, partition, current, verdict } = each;
      const labels = { group, topic, partition };
      lag.set(labels, each.lag);
      lagSeconds.set(labels, each.seconds);
      if (current !== null) currentOffset.set(labels, current);
      endOffset.set({ topic, partition }, each.end);
      const source = reading.partitions[index];
      if (source) oldestOffset.set({ topic, partition }, source.start);
      const keptMs = retention.get(topic);
      if (source && keptMs !== undefined) retentionMinutes.set(labels, minutesLeft(source, reading.at, keptMs));
      for (const known of VERDICTS) verdicts.inc({ group, topic, verdict: known }, known === verdict ? 1 : 0);
    });
  },
  /** Whoever does not measure tells nothing: two tellers would be counted twice. */
  forget(): void {
    for (const gauge of all) gauge.reset();
  },
  /** Asked for whenever the metrics are. */
  deliveriesFrom(read: () => Promise<readonly DeliveryAge[]>): void {
    readDeliveries = read;
  },
};
