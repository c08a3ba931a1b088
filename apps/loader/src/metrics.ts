import { Counter, Gauge, Histogram } from 'prom-client';
import { metricsRegistry } from '@portage/platform';

const registers = [metricsRegistry];

export const recordsTaken = new Counter({
  name: 'portage_loader_records_taken_total',
  help: 'Records taken over from the topics.',
  labelNames: ['stream'] as const,
  registers,
});

export const recordOutcomes = new Counter({
  name: 'portage_loader_record_outcomes_total',
  help: 'Records by the outcome they were given.',
  labelNames: ['stream', 'outcome'] as const,
  registers,
});

export const windowRecords = new Gauge({
  name: 'portage_loader_window_records',
  help: 'Records taken and not settled.',
  labelNames: ['stream'] as const,
  registers,
});

export const roundSeconds = new Histogram({
  name: 'portage_loader_round_seconds',
  help: 'Duration of one round of work on a target.',
  labelNames: ['kind'] as const,
  buckets: [0.05, 0.2, 1, 5, 20, 60, 300],
  registers,
});

export const peopleMoved = new Counter({
  name: 'portage_loader_people_moved_total',
  help: 'People carried into a phase.',
  labelNames: ['phase'] as const,
  registers,
});

export const importJobs = new Counter({
  name: 'portage_loader_import_jobs_total',
  help: 'Bulk import jobs by how they ended.',
  labelNames: ['end'] as const,
  registers,
});

export const klaviyoRequests = new Counter({
  name: 'portage_loader_klaviyo_requests_total',
  help: 'Requests to Klaviyo, repeated ones included.',
  labelNames: ['endpoint'] as const,
  registers,
});

export const streamParked = new Gauge({
  name: 'portage_loader_stream_parked',
  help: '1 while a stream of a target is parked because too many of its rows were rejected.',
  labelNames: ['target', 'stream'] as const,
  registers,
});

export const targetsPaused = new Gauge({
  name: 'portage_loader_target_paused',
  help: '1 while a target takes no work.',
  labelNames: ['target'] as const,
  registers,
});
