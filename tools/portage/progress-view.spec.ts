import { type Outcomes, type Progress, type Run } from './answers.js';
import { headline, ProgressView } from './progress-view.js';

const none: Outcomes = { delivered: 0, unchanged: 0, skipped: {}, rejected: {}, parked: 0, deferred: 0 };
const perStream = <T>(value: T) => ({ lists: value, contacts: value, suppressions: value, activities: value });

function runOf(state: Run['state'], published = 7): Run {
  return {
    runId: 'r',
    opening: true,
    state,
    phase: 'contacts',
    published: perStream(published),
    calls: { a: 2, b: 3 },
    wasted: {},
    seconds: {},
  };
}

function progressOf(delivered: number): Progress {
  const stream = { settled: false, outcomes: { ...none, delivered, deferred: 2, parked: 1 }, lag: 4 };
  return {
    gateOpen: false,
    streams: perStream(stream),
    waiting: { people: 9, jobs: 1, lists: 0 },
    refusal: null,
    finalLook: { state: 'waiting', optOuts: 0, sentAgain: 0, finishedAt: null },
    parkedStreams: [],
    parkedActivities: null,
    calls: {},
  };
}

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('live progress', () => {
  it('says what is being read, what waits, and why nothing moves', () => {
    expect(headline(runOf('running'), progressOf(0))).toBe('reading (contacts), 5 calls so far');
    expect(headline(runOf('done'), progressOf(0))).toBe(
      'loading, 9 people waiting, until every opt-out is in place, 1 jobs at Klaviyo',
    );
    expect(headline({ ...runOf('parked'), reason: 'the day budget is spent' }, progressOf(0))).toBe(
      'waiting: the day budget is spent',
    );
  });

  it('writes over itself on a terminal', () => {
    const terminal = screen(true);
    const view = new ProgressView(terminal);
    view.show(runOf('running'), progressOf(1));
    view.show(runOf('running'), progressOf(2));
    expect(terminal.written[0]).toContain('contacts              7        1    4');
    expect(terminal.written[1]?.startsWith('\u001b[6A\u001b[J')).toBe(true);
  });

  it('writes a line now and then elsewhere, and none twice', () => {
    const log = screen(false);
    let now = 0;
    const view = new ProgressView(log, () => now);
    for (const [at, delivered] of [
      [0, 1],
      [1000, 2],
      [6000, 3],
      [20_000, 3],
    ] as const) {
      now = at;
      view.show(runOf('running'), progressOf(delivered));
    }
    expect(log.written).toEqual([
      'contacts: settled/published lists 1/7 contacts 1/7 suppressions 1/7 activities 1/7\n',
      'contacts: settled/published lists 3/7 contacts 3/7 suppressions 3/7 activities 3/7\n',
    ]);
  });
});
