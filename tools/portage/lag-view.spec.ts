import { type GroupLags, type PartitionLag } from './lag-answers.js';
import { renderLag } from './lag-view.js';
import { durationOf, fit, paintFor } from './terminal.js';

const now = Date.parse('2026-11-20T10:00:05Z');
const groups: GroupLags = {
  measuredAt: '2026-11-20T10:00:00.000Z',
  groups: [
    { group: 'portage.loader.contacts', members: 2, lag: 1_234_567, seconds: 5400, verdict: 'stalled' },
    { group: 'portage.loader.lists', members: 1, lag: 0, seconds: 0, verdict: 'ok' },
    { group: `portage.replay.${'x'.repeat(60)}`, members: 0, lag: 0, seconds: 0, verdict: null },
  ],
};
const partition: PartitionLag = {
  group: 'portage.loader.contacts',
  topic: 'portage.contacts',
  partition: 11,
  current: null,
  end: 1_234_567,
  lag: 1_234_567,
  seconds: 5400,
  verdict: 'stalled',
};
const quiet = { ...partition, partition: 3, lag: 0, seconds: 0, verdict: 'ok' };
const plain = paintFor({ write: () => true }, {});

describe('the lag on a screen', () => {
  it('shows groups and what lags, within 80 columns', () => {
    const text = renderLag(groups, [partition, quiet], { all: false, now, paint: plain });
    expect(text).toContain('portage.loader.contacts');
    expect(text).toMatch(/portage\.contacts-11 +- +1234567 +1234567 +90 min +stalled/);
    expect(text).not.toContain('portage.contacts-3');
    expect(text).toContain('measured 5 s ago');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('shows every partition when asked to', () => {
    expect(renderLag(groups, [partition, quiet], { all: true, now, paint: plain })).toContain('portage.contacts-3');
  });

  it('says so before anything was measured', () => {
    const nothing = { measuredAt: null, groups: [] };
    expect(renderLag(nothing, [], { all: false, now, paint: plain })).toBe('Lag has not been measured yet.\n');
  });

  it('has colours on a terminal only, and there without moving a column', () => {
    const terminal = { isTTY: true, write: () => true };
    const options = { all: true, now };
    const coloured = renderLag(groups, [partition], { ...options, paint: paintFor(terminal, {}) });
    expect(coloured).toContain('\u001b[31mstalled\u001b[0m');
    // eslint-disable-next-line no-control-regex
    const bare = coloured.replaceAll(/\u001b\[\d+m/g, '');
    expect(bare).toBe(renderLag(groups, [partition], { ...options, paint: plain }));
    expect(paintFor(terminal, { NO_COLOR: '1' })('x', 'bad')).toBe('x');
  });

  it.each([
    [0, '0 s'],
    [99, '99 s'],
    [100, '2 min'],
    [5400, '90 min'],
    [7200, '2 h'],
    [400_000, '5 d'],
  ])('%d seconds are %s', (seconds, text) => expect(durationOf(seconds)).toBe(text));

  it('cuts names at their beginning', () => expect(fit('portage.loader.contacts', 10)).toBe('….contacts'));
});
