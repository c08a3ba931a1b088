import { LatestKeys } from './latest-keys.js';

describe('the latest offset of every key', () => {
  it('is known of very many keys, each on its own', () => {
    const keys = new LatestKeys();
    const count = 50_000;
    for (let n = 0; n < count; n += 1) keys.note(`connection-1:${n}`, n);
    for (let n = 0; n < count; n += 2) keys.note(`connection-1:${n}`, count + n);
    expect(keys.size).toBe(count);
    for (let n = 0; n < count; n += 1) {
      expect(keys.isLatest(`connection-1:${n}`, n)).toBe(n % 2 === 1);
      expect(keys.isLatest(`connection-1:${n}`, count + n)).toBe(n % 2 === 0);
    }
    expect(keys.has('connection-1:none')).toBe(false);
  });

  it('keeps a number with a key, however many follow', () => {
    const keys = new LatestKeys();
    keys.note('a', 1);
    keys.setCode('a', 7);
    for (let n = 0; n < 10_000; n += 1) keys.note(`k${n}`, n);
    expect([keys.codeOf('a'), keys.codeOf('k1'), keys.codeOf('unknown')]).toEqual([7, 0, 0]);
  });
});
