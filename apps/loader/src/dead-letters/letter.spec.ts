import { type DeadLetter } from '@portage/records';
import { decodeCursor, encodeCursor } from './cursor.js';
import { idOf, letterOf, matches, placeOf, stillOpen } from './letter.js';
import { redrivable } from './redrivable.js';

const place = { partition: 2, offset: 41 };
const record: DeadLetter = {
  topic: 'portage.contacts',
  partition: 7,
  offset: 12,
  key: Buffer.from('c1:anna'),
  value: Buffer.from([0, 0, 0, 0, 9]),
  schemaId: 9,
  connectionId: 'c1',
  target: 'K1',
  stream: 'contacts',
  sourceId: 'anna',
  code: 'klaviyo.invalid',
  reason: 'Klaviyo refused this person.',
  stage: 'loader',
  runId: 'r1',
  failedAt: 0,
};
const letter = letterOf(place, record, stillOpen);

describe('a dead letter', () => {
  it('is named by where it stands', () => {
    expect(placeOf(idOf(place))).toEqual(place);
    for (const other of ['', '1', '1-', '-1', '1-2-3', 'a-1', '1-1e3', ' 1-1']) expect(placeOf(other)).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ reason: 'klaviyo.invalid', stream: 'contacts', connection: 'c1', state: 'open' as const }, true],
    [{ reason: 'klaviyo' }, true],
    [{ reason: 'klav' }, false],
    [{ reason: 'klaviyo.invalid.more' }, false],
    [{ stream: 'activities' }, false],
    [{ connection: 'c2' }, false],
    [{ state: 'dropped' as const }, false],
  ])('is found by %p: %p', (filter, found) => expect(matches(letter, filter)).toBe(found));

  it('shows nothing of the record but its origin', () => {
    expect(JSON.stringify(letter)).not.toContain('value');
    expect(letter.origin).toEqual({ topic: 'portage.contacts', partition: 7, offset: 12 });
  });
});

describe('what of a letter can be sent again', () => {
  it('is the record at its place', () => {
    expect(redrivable(letter, record)).toMatchObject({
      stream: 'contacts',
      partition: 7,
      offset: 12,
      key: 'c1:anna',
      wasUnreadable: false,
    });
    expect(redrivable(letter, { ...record, code: 'record.unknown_schema' })).toMatchObject({ wasUnreadable: true });
  });

  it.each<[string, typeof letter, DeadLetter | null]>([
    ['a dropped one', { ...letter, state: 'dropped' }, record],
    ['one that cannot be read', letter, null],
    ['a row that never was a record', letter, { ...record, stage: 'poller' }],
    ['one of no stream', letter, { ...record, stream: 'marks' }],
    ['one without the record', letter, { ...record, value: null }],
  ])('is nothing of %s', (_, given, carried) => {
    expect(redrivable(given, carried)).toEqual({ refused: expect.any(String) });
  });
});

describe('the cursor of a list', () => {
  it('comes back as it was, and nothing else is taken for one', () => {
    const positions = new Map([
      [0, 4],
      [2, 0],
    ]);
    expect(decodeCursor(encodeCursor(positions))).toEqual(positions);
    for (const other of [
      '',
      'x',
      Buffer.from('{}').toString('base64url'),
      Buffer.from('[[0,-1]]').toString('base64url'),
    ])
      expect(decodeCursor(other)).toBeUndefined();
  });
});
