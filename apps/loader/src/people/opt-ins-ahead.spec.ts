import { contact } from '../../../../test/loader/records.js';
import { nextOptIn } from './opt-ins-ahead.js';
import { NOW } from './person.fixture.js';

const held = (optInAt: number | null, deletedAt: number | null = null) => ({
  key: 'k',
  connectionId: 'c',
  version: 1,
  contact: contact('c', { optInAt, deletedAt }),
  open: false,
  partition: 0,
  offset: 0,
});

describe('opt-in dates that lie ahead', () => {
  it.each([
    ['none where all have passed', [held(NOW - 1), held(null)], null],
    ['the first', [held(NOW + 9), held(NOW + 5), held(NOW - 5)], NOW + 5],
    ['not those of deleted contacts', [held(NOW + 5, NOW)], null],
    ['not those that nobody lives to see', [held(NOW + 200 * 365 * 86_400_000)], null],
  ])('%s', (_, contacts, expected) => {
    expect(nextOptIn(contacts, NOW)).toBe(expected);
  });
});
