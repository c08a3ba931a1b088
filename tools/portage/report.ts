import { type z } from 'zod';
import {
  type loaderReportSchema,
  type Outcomes,
  type Run,
  type sourceSchema,
  type Stream,
  streams,
} from './answers.js';

export interface StreamReport {
  readonly source: number;
  readonly published: number;
  readonly topic: number;
  readonly outcomes: Outcomes;
}

/** What a pass ends with, and what an owner keeps. */
export interface Report {
  readonly connectionId: string;
  readonly runId: string;
  /** Every record on the topics has a final fate, and the topics hold what the source has. */
  readonly accounted: boolean;
  readonly streams: Readonly<Record<Stream, StreamReport>>;
  readonly klaviyo: z.infer<typeof loaderReportSchema>['klaviyo'];
  readonly calls: { readonly constantContact: Record<string, number>; readonly klaviyo: Record<string, number> };
  readonly seconds: Readonly<Record<string, number>>;
}

export interface ReportParts {
  readonly connectionId: string;
  readonly run: Run;
  readonly source: z.infer<typeof sourceSchema>;
  readonly loaded: z.infer<typeof loaderReportSchema>;
  /** The target's calls before this run; empty when the run is the connection's first. */
  readonly callsBefore: Readonly<Record<string, number>>;
  /** Seconds from the end of reading to the last settled record. */
  readonly loadingSeconds: number;
}

export function composeReport(parts: ReportParts): Report {
  const { run, source, loaded } = parts;
  const perStream = Object.fromEntries(
    streams.map((stream) => [
      stream,
      {
        source: source[stream],
        published: run.published[stream],
        topic: loaded.topic[stream],
        outcomes: loaded.outcomes[stream],
      },
    ]),
  ) as Record<Stream, StreamReport>;
  return {
    connectionId: parts.connectionId,
    runId: run.runId,
    accounted: streams.every((stream) => isAccounted(perStream[stream])),
    streams: perStream,
    klaviyo: loaded.klaviyo,
    calls: { constantContact: run.calls, klaviyo: difference(loaded.calls, parts.callsBefore) },
    seconds: { ...run.seconds, loading: parts.loadingSeconds },
  };
}

/** Invariant 7 and the sums of the ledger: nothing waits, nothing is missing, nothing is counted twice. */
export function isAccounted(stream: StreamReport): boolean {
  const { outcomes } = stream;
  return (
    outcomes.deferred === 0 &&
    outcomes.parked === 0 &&
    totalOf(outcomes) === stream.topic &&
    stream.topic >= stream.source
  );
}

export function totalOf(outcomes: Outcomes): number {
  return (
    outcomes.delivered +
    outcomes.unchanged +
    sum(outcomes.skipped) +
    sum(outcomes.rejected) +
    outcomes.parked +
    outcomes.deferred
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function difference(
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const entries = Object.entries(now).map(([endpoint, count]) => [endpoint, count - (before[endpoint] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
