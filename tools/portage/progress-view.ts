import { type Progress, type Run, streams } from './answers.js';
import { table } from './render.js';
import { totalOf } from './report.js';

/** Where progress is shown: a terminal is written over, anything else gets a line now and then. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** A log needs no more than this. */
const lineEveryMs = 5000;

/** Live progress of a pass: published, settled and lag per stream, what is being read, and the calls it took. */
export class ProgressView {
  #height = 0;
  #last = '';
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = Date.now,
  ) {}

  show(run: Run, progress: Progress): void {
    if (this.screen.isTTY) {
      this.#overwrite(block(run, progress));
      return;
    }
    const text = line(run, progress);
    if (text === this.#last || this.now() - this.#shownAt < lineEveryMs) return;
    this.#last = text;
    this.#shownAt = this.now();
    this.screen.write(`${text}\n`);
  }

  /** What is written next stands below. */
  end(): void {
    this.#height = 0;
  }

  #overwrite(text: string): void {
    const up = this.#height > 0 ? `\u001b[${this.#height}A` : '';
    this.screen.write(`${up}\u001b[J${text}\n`);
    this.#height = text.split('\n').length;
  }
}

export function headline(run: Run, progress: Progress): string {
  if (run.state === 'parked') return `waiting: ${run.reason ?? 'the day budget of Constant Contact is spent'}`;
  if (run.state !== 'done') return `reading (${run.phase ?? run.state}), ${callsOf(run)} calls so far`;
  const { people, jobs } = progress.waiting;
  if (progress.refusal) return `waiting: ${progress.refusal.words}`;
  const [parked] = progress.parkedStreams;
  if (parked) return `${parked.stream} parked, ${parked.rejected} of the last ${parked.rows} rows were rejected`;
  if (progress.finalLook.state === 'running') return `reading back opt-outs, ${progress.finalLook.optOuts} so far`;
  const gate = progress.gateOpen ? '' : ', until every opt-out is in place';
  return `loading, ${people} people waiting${gate}, ${jobs} jobs at Klaviyo`;
}

function block(run: Run, progress: Progress): string {
  const rows = streams.map((stream) => [
    stream,
    run.published[stream],
    settledOf(progress, stream),
    progress.streams[stream].lag,
  ]);
  return `${headline(run, progress)}\n${table(['stream', 'published', 'settled', 'lag'], rows)}`;
}

function line(run: Run, progress: Progress): string {
  const parts = streams.map((stream) => `${stream} ${settledOf(progress, stream)}/${run.published[stream]}`);
  const phase = run.state === 'done' ? 'loading' : (run.phase ?? run.state);
  const refused = progress.refusal ? `; ${progress.refusal.words}` : '';
  return `${phase}: settled/published ${parts.join(' ')}${refused}`;
}

function settledOf(progress: Progress, stream: (typeof streams)[number]): number {
  const { outcomes } = progress.streams[stream];
  return totalOf(outcomes) - outcomes.deferred - outcomes.parked;
}

function callsOf(run: Run): number {
  return Object.values(run.calls).reduce((total, count) => total + count, 0);
}
