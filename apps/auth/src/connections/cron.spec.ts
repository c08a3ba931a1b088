import { isCron } from './cron.js';

describe('isCron', () => {
  it.each(['0 * * * *', '*/5 * * * *', '0,30 8-18 * * 1-5', '15 2 1 1,7 0', '0-59/15 0 31 12 7', ' 0  3 * * * '])(
    'takes "%s"',
    (text) => expect(isCron(text)).toBe(true),
  );

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 1 13 *',
    '0 0 * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '*-3 * * * *',
    '1,,2 * * * *',
    'a * * * *',
    '0 0 * * MON',
    '@daily',
    '-1 * * * *',
    '1/ * * * *',
  ])('refuses "%s"', (text) => expect(isCron(text)).toBe(false));
});
