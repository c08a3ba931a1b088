import { type Outcomes } from './answers.js';
import { type ConnectionStatus, type Status } from './status-view.js';
import { bar, renderStatus } from './status-view.js';

const now = Date.parse('2026-11-20T10:00:00Z');
const view = { now, paint: (text: string) => text };
const none: Outcomes = { delivered: 0, unchanged: 0, skipped: {}, rejected: {}, parked: 0, deferred: 0 };
const perStream = <T>(value: T) => ({ lists: value, contacts: value, suppressions: value, activities: value });

function statusOf(source: Partial<ConnectionStatus['source']> = {}, delivered = 98_765_432): Status {
  const reading = {
    state: 'snapshot',
    phase: null,
    published: 98_765_432,
    freshness: '2026-11-20T09:55:00.000Z',
  };
  const stream = { settled: false, outcomes: { ...none, delivered, parked: 5 }, lag: 12_345_678 };
  return {
    connections: [
      {
        id: '0b8f1f5e-6a52-4b7e-9f3c-0a3f6f6b7a11',
        name: 'Mine',
        status: 'active',
        source: {
          streams: perStream(reading),
          run: null,
          quota: { usedToday: 120, perDay: 10_000, parkedUntil: null },
          forecast: null,
          nextRunAt: '2026-11-20T11:00:00.000Z',
          ...source,
        },
        target: {
          gateOpen: true,
          streams: perStream(stream),
          waiting: { people: 3, jobs: 1, lists: 0 },
          refusal: null,
          finalLook: { state: 'done', optOuts: 1200, sentAgain: 1, finishedAt: '2026-11-20T09:00:00.000Z' },
          parkedStreams: [],
          parkedActivities: { count: 12, deliverBefore: '2027-11-20T10:00:00.000Z' },
          calls: {},
        },
      },
    ],
    lag: {
      measuredAt: '2026-11-20T10:00:00.000Z',
      groups: [{ group: 'portage.loader.contacts', members: 1, lag: 7, seconds: 130, verdict: 'stalled' }],
    },
  };
}

const running = { runId: 'r', state: 'running', phase: 'contacts', reason: null };

describe('the status on a screen', () => {
  it('fits into 80 columns, with large numbers', () => {
    const text = renderStatus(statusOf({ run: running }), view);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^contacts +snapshot +98765432 +98765432 +12345678 +2 min +5 min +stalled$/m);
    expect(text).toMatch(/^lists .* - +5 min +-$/m);
  });

  it.each([
    ['opt-outs that did not hold', statusOf(), '1200 opt-outs were read back, 1 written anew'],
    ['what is parked', statusOf(), '12 activities are parked, to be delivered before 2027-11-20 10:00 UTC'],
    ['the next pass', statusOf(), 'calls today 120 of 10000; next pass 11:00 UTC'],
    ['the phase', statusOf({ run: running }), 'pass running (contacts)'],
    [
      'what is still needed',
      statusOf({ run: running, forecast: { calls: 240, counted: true, doneBy: '2026-11-20T10:01:00.000Z' } }),
      'needs about 240 calls more, done by 10:01 UTC',
    ],
    [
      'that not everything is counted, and another day',
      statusOf({ run: running, forecast: { calls: 9, counted: false, doneBy: '2026-11-21T00:01:00.000Z' } }),
      'needs at least 9 calls more, done by 2026-11-21 00:01 UTC',
    ],
    [
      'why it waits',
      statusOf({
        run: { ...running, state: 'parked', reason: 'The day budget is spent.' },
        quota: { usedToday: 10_000, perDay: 10_000, parkedUntil: '2026-11-21T00:00:01.000Z' },
        nextRunAt: null,
      }),
      'pass parked (contacts): The day budget is spent.\ncalls today 10000 of 10000, parked until 2026-11-21 00:00 UTC',
    ],
    [
      'which streams are not read, and why',
      statusOf({
        streams: {
          ...perStream({ state: 'idle', published: 1 }),
          contacts: {
            state: 'paused',
            reason: 'Reading was paused by a signal.',
            since: '2026-11-20T09:30:00.000Z',
            published: 1,
          },
        },
      }),
      'contacts: paused since 09:30 UTC: Reading was paused by a signal.',
    ],
    ['how far loading is', statusOf({}, 12_345_683), 'loaded [####################....................] 50%'],
    ['what waits', statusOf(), 'waiting: 3 people, 1 jobs, 0 lists; opt-outs are in place'],
  ])('says %s', (_what, status, words) => {
    expect(renderStatus(status, view)).toContain(words);
  });

  it('leads to the dead letters when there are any', () => {
    const [connection] = statusOf().connections as [ConnectionStatus];
    const refused = { settled: true, outcomes: { ...none, rejected: { invalid: 2 } }, lag: 0 };
    const rejecting = { ...connection, target: { ...connection.target, streams: perStream(refused) } };
    const words = 'rejected: 8 records, see "portage dead-letters list"';
    expect(renderStatus({ ...statusOf(), connections: [rejecting] }, view)).toContain(words);
    expect(renderStatus(statusOf(), view)).not.toContain('rejected');
  });

  it('says what the credential may not do', () => {
    const [connection] = statusOf().connections as [ConnectionStatus];
    const refusal = {
      at: '2026-11-20T09:59:00.000Z',
      words: `It lacks a scope. ${'POST /api/things needs things:write. '.repeat(3)}`,
    };
    const target = { ...connection.target, refusal };
    const text = renderStatus({ ...statusOf(), connections: [{ ...connection, target }] }, view);
    expect(text).toContain(
      'Klaviyo REFUSES: It lacks a scope. POST /api/things needs things:write. POST\n  /api/things',
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(renderStatus(statusOf(), view)).not.toContain('REFUSES');
  });

  it('says what is parked because too much of it was rejected', () => {
    const [connection] = statusOf().connections as [ConnectionStatus];
    const parked = { stream: 'contacts', since: '2026-11-20T09:00:00.000Z', rows: 1000, rejected: 230 };
    const parkedStreams = [{ ...parked, code: 'klaviyo.invalid', nextTryAt: '2026-11-20T10:15:00.000Z' }];
    const target = { ...connection.target, parkedStreams };
    const text = renderStatus({ ...statusOf(), connections: [{ ...connection, target }] }, view);
    expect(text).toContain('contacts PARKED: Klaviyo rejected 230 of the last 1000 rows');
    expect(text).toContain('(klaviyo.invalid); a few are tried again at 10:15 UTC, or by "portage probe"');
  });

  it('has no bar when everything is loaded, and says when there is nothing at all', () => {
    const [connection] = statusOf().connections as [ConnectionStatus];
    // Fewer keys than records were published: some were published twice.
    const loaded = { settled: true, outcomes: { ...none, delivered: 7 }, lag: 0 };
    const target = { ...connection.target, streams: perStream(loaded) };
    expect(renderStatus({ ...statusOf(), connections: [{ ...connection, target }] }, view)).not.toContain('loaded [');
    expect(renderStatus({ ...statusOf(), connections: [] }, view)).toBe('There is no connection yet.\n');
  });

  it.each([
    [0, '....'],
    [0.5, '##..'],
    [1, '####'],
    [2, '####'],
  ])('a bar of %d is %s', (share, text) => expect(bar(share, 4)).toBe(text));
});
