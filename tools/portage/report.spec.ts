import { type Outcomes, type Progress, type Run } from './answers.js';
import { renderReport } from './render.js';
import { composeReport, isAccounted, type ReportParts, totalOf } from './report.js';
import { isSettled } from './sync.js';

const outcomes = (given: Partial<Outcomes> = {}): Outcomes => ({
  delivered: 0,
  unchanged: 0,
  skipped: {},
  rejected: {},
  parked: 0,
  deferred: 0,
  ...given,
});
const perStream = <T>(value: T) => ({ lists: value, contacts: value, suppressions: value, activities: value });

const run: Run = {
  runId: 'run-1',
  opening: true,
  state: 'done',
  startedAt: '2026-03-01T10:00:00.000Z',
  finishedAt: '2026-03-01T10:05:00.000Z',
  published: perStream(4),
  calls: { 'GET /contacts': 3 },
  wasted: { 'GET /contacts': 1 },
  seconds: { contacts: 2.5 },
};

const parts: ReportParts = {
  connectionId: 'connection-1',
  run,
  source: perStream(4),
  loaded: {
    topic: perStream(4),
    outcomes: perStream(outcomes({ delivered: 2, skipped: { deleted: 1 }, rejected: { 'klaviyo.invalid': 1 } })),
    klaviyo: { profiles: 2, subscribed: 1, suppressed: 1, lists: 4, memberships: 3, events: { opened: 5 } },
    calls: { 'GET /api/profiles': 7, 'POST /api/lists': 4 },
  },
  callsBefore: { 'GET /api/profiles': 2, 'POST /api/lists': 4 },
  loadingSeconds: 1.5,
};

describe('the report of a pass', () => {
  it('is accounted for when every record on the topics has a final fate', () => {
    expect(composeReport(parts)).toMatchObject({ accounted: true, runId: 'run-1', connectionId: 'connection-1' });
  });

  it.each([
    ['one is still deferred', outcomes({ delivered: 3, deferred: 1 }), 4, 4],
    ['one is parked', outcomes({ delivered: 3, parked: 1 }), 4, 4],
    ['one has no fate', outcomes({ delivered: 3 }), 4, 4],
    ['one is counted twice', outcomes({ delivered: 5 }), 4, 4],
    ['the source has more than the topic', outcomes({ delivered: 4 }), 4, 5],
  ])('is not accounted for when %s', (_, fates, topic, source) => {
    expect(isAccounted({ source, published: 0, topic, outcomes: fates })).toBe(false);
  });

  it('counts only the calls of this run, and leaves out endpoints that it did not call', () => {
    expect(composeReport(parts).calls).toEqual({
      constantContact: { 'GET /contacts': 3 },
      klaviyo: { 'GET /api/profiles': 5 },
    });
  });

  it('adds every outcome up', () => {
    const all = outcomes({
      delivered: 1,
      unchanged: 2,
      skipped: { a: 3, b: 4 },
      rejected: { c: 5 },
      parked: 6,
      deferred: 7,
    });
    expect(totalOf(all)).toBe(28);
  });

  it('is readable at 80 columns and names every fate', () => {
    const text = renderReport(composeReport(parts));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toContain('delivered 2, skipped(deleted) 1, rejected(klaviyo.invalid) 1');
    expect(text).toContain('Every record is accounted for.');
  });
});

describe('a pass is settled', () => {
  const stream = {
    markRunId: 'run-1',
    markCompletedAt: '2026-03-01T10:04:00.000Z',
    settled: true,
    outcomes: outcomes(),
    lag: 0,
  };
  const progress: Progress = {
    gateOpen: true,
    streams: perStream(stream),
    waiting: { people: 0, jobs: 0, lists: 2 },
    refusal: null,
    finalLook: { state: 'done' as const, optOuts: 1, sentAgain: 0, finishedAt: '2026-03-01T10:06:00.000Z' },
    parkedStreams: [],
    parkedActivities: null,
    calls: {},
  };

  it('when all four marks of the run are, though lists may wait for another day', () => {
    expect(isSettled(progress, run)).toBe(true);
  });

  it.each<[string, Partial<typeof stream>, Partial<Progress['waiting']>]>([
    ['a mark is older than the run', { markCompletedAt: '2026-03-01T09:00:00.000Z' }, {}],
    ['a mark is not settled', { settled: false }, {}],
    ['a record is deferred', { outcomes: outcomes({ deferred: 1 }) }, {}],
    ['people wait', {}, { people: 1 }],
  ])('but not while %s', (_, changed, waiting) => {
    const contacts = { ...stream, ...changed };
    const now = {
      ...progress,
      streams: { ...progress.streams, contacts },
      waiting: { ...progress.waiting, ...waiting },
    };
    expect(isSettled(now, run)).toBe(false);
  });

  it('but not before every opt-out was read back', () => {
    expect(isSettled({ ...progress, finalLook: { ...progress.finalLook, state: 'running' } }, run)).toBe(false);
  });
});
