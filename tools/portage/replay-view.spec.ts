import { type Replay } from './replay-answers.js';
import { progressLine, renderReplay, renderReplays } from './replay-view.js';

const stream = {
  read: 3,
  selected: 2,
  leftOut: { superseded: 1 },
  outcomes: { delivered: 1, unchanged: 0, skipped: { no_email: 1 }, rejected: {}, parked: 0, deferred: 0 },
};
const replay: Replay = {
  id: 'r1',
  connectionId: 'c1',
  target: 'c2',
  mode: 'write',
  state: 'done',
  reason: null,
  rate: 0.5,
  selection: { streams: ['contacts'], from: null, to: null, people: null, lists: null },
  sourcePassAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  accounted: true,
  streams: { lists: stream, contacts: stream, suppressions: stream, activities: stream },
  dryRun: null,
};

describe('a replay on the terminal', () => {
  it('fits 80 columns and says why not', () => {
    const text = renderReplay(replay);
    expect(text).toContain('contacts      skipped(no_email) 1');
    expect(text).toContain('into c2');
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('says what would change and what it costs', () => {
    const text = renderReplay({
      ...replay,
      mode: 'dry',
      dryRun: {
        changes: { profilesCreated: 5, subscribed: 0 },
        refused: [{ reason: 'no_email', count: 1, examples: ['contact-1'] }],
        cost: { requests: { 'POST /api/profile-bulk-import-jobs': 2 }, minutes: 1.5 },
      },
    });
    expect(text).toMatch(/profiles created +5/);
    expect(text).toContain('2 requests, 1.5 minutes');
    expect(text).toContain('no_email, such as contact-1');
    expect(text).not.toContain('subscribed');
  });

  it('is a line for whoever waits, and a row in the list', () => {
    expect(progressLine(replay)).toContain('contacts 2/2');
    expect(renderReplays([replay])).toContain('r1');
    expect(renderReplays([])).toContain('no replays');
  });
});
