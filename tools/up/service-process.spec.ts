import { lastLine } from './service-process.js';

describe('the last words of a service', () => {
  it.each([
    ['one\ntwo\n', 'two'],
    ['one\nhalf a li', 'half a li'],
    ['one\n\n \n', 'one'],
    ['', ''],
  ])('of %j are %j', (text, words) => {
    expect(lastLine(text)).toBe(words);
  });

  it('are bounded', () => {
    expect(lastLine('x'.repeat(10_000))).toHaveLength(500);
  });
});
