import { PortageError, sleep } from '@portage/platform';
import {
  connectionSchema,
  loaderReportSchema,
  type Progress,
  progressSchema,
  type Run,
  runSchema,
  sourceSchema,
  streams,
  syncSchema,
} from './answers.js';
import { ProgressView } from './progress-view.js';
import { composeReport, type Report } from './report.js';
import { type Services } from './services.js';

export interface SyncOptions {
  readonly connectionId: string;
  readonly sweep: boolean;
  readonly republish?: boolean;
  readonly say: (line: string) => void;
}

export interface StartedSync {
  readonly runId: string;
  readonly joined: boolean;
  readonly callsBefore: Readonly<Record<string, number>>;
}

/** Asks for a full pass. A pass that already waits is joined, and so is the connection's first one. */
export async function startSync(services: Services, options: SyncOptions): Promise<StartedSync> {
  const path = `/connections/${encodeURIComponent(options.connectionId)}`;
  const connection = await services.get('auth', path, connectionSchema);
  if (connection.status !== 'active') throw notActive(connection.status, connection.authorizeUrl);
  const before = await services.get('loader', `${path}/progress`, progressSchema);
  const started = await services.post(
    'poller',
    `${path}/sync`,
    { sweep: options.sweep, republish: options.republish ?? false },
    syncSchema,
  );
  return { ...started, callsBefore: before.calls };
}

/** Waits until the pass is published, loaded and settled, then puts the report together. */
export async function awaitSync(services: Services, options: SyncOptions, started: StartedSync): Promise<Report> {
  const path = `/connections/${encodeURIComponent(options.connectionId)}`;
  const view = new ProgressView(process.stderr);
  const run = await awaitRun(services, path, view, started.runId);
  const readDone = Date.now();
  await awaitSettled(services, path, view, run);
  view.end();
  const loadingSeconds = Math.round((Date.now() - readDone) / 100) / 10;
  options.say('reading back what Klaviyo holds ...');
  const loaded = await services.get('loader', `${path}/report`, loaderReportSchema);
  const source = await services.get('poller', `${path}/source`, sourceSchema);
  const finished = await services.get('poller', `/runs/${started.runId}`, runSchema);
  const wasted = Object.values(finished.wasted).reduce((sum, calls) => sum + calls, 0);
  if (wasted > 0) options.say(`of the calls to Constant Contact ${wasted} brought nothing`);
  return composeReport({
    connectionId: options.connectionId,
    run: finished,
    source,
    loaded,
    callsBefore: run.opening ? {} : started.callsBefore,
    loadingSeconds,
  });
}

async function awaitRun(services: Services, path: string, view: ProgressView, runId: string): Promise<Run> {
  for (;;) {
    const run = await services.get('poller', `/runs/${runId}`, runSchema);
    if (run.state === 'failed' || run.state === 'stopped') throw failed(run);
    view.show(run, await services.get('loader', `${path}/progress`, progressSchema));
    if (run.state === 'done') return run;
    await sleep(1000);
  }
}

async function awaitSettled(services: Services, path: string, view: ProgressView, run: Run): Promise<void> {
  for (;;) {
    const progress = await services.get('loader', `${path}/progress`, progressSchema);
    view.show(run, progress);
    if (isSettled(progress, run)) return;
    await sleep(1000);
  }
}

/** A later pass may have replaced this run's marks by newer ones: those say at least as much. */
export function isSettled(progress: Progress, run: Run): boolean {
  const since = Date.parse(run.startedAt ?? '');
  const covered = streams.every((stream) => {
    const { settled, markCompletedAt, outcomes } = progress.streams[stream];
    const reached = markCompletedAt != null && Date.parse(markCompletedAt) >= since;
    return reached && settled && outcomes.deferred === 0 && outcomes.parked === 0;
  });
  // The first pass ends with a look at every opt-out.
  return covered && progress.waiting.people === 0 && progress.finalLook.state === 'done';
}

function notActive(status: string, authorizeUrl: string | null | undefined): PortageError {
  const link = authorizeUrl ? ` Open ${authorizeUrl} in a browser and allow the access.` : '';
  return new PortageError({
    code: 'cli.not_active',
    disposition: 'halt',
    message: `The connection is ${status.replaceAll('_', ' ')}.${link}`,
  });
}

function failed(run: Run): PortageError {
  return new PortageError({
    code: 'cli.run_failed',
    disposition: 'halt',
    message: run.reason ?? 'The pass failed.',
    details: { status: 422 },
  });
}
