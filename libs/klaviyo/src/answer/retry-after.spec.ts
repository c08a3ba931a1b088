import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 10, 20, 10, 0, 0);
const detail = { code: 'throttled', pointer: null, detail: 'Request was throttled. Expected available in 3 seconds.' };

describe('how long a 429 asks to wait', () => {
  it.each([
    ['7', 7000],
    [' 0 ', 1000],
    ['2.5', 2500],
    ['0.2', 1000],
    ['Fri, 20 Nov 2026 10:00:45 GMT', 45_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 1000],
    ['soon', 3000],
    ['-5', 3000],
    [undefined, 3000],
  ])('%p is %d ms', (header, expected) => {
    expect(retryAfterMs(header, [detail], NOW)).toBe(expected);
  });

  it('is a second where nothing is said', () => {
    expect(retryAfterMs(undefined, null)).toBe(1000);
  });
});
