import { count, id, text, timeOf, word } from './value.js';

describe('times', () => {
  it.each([
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.123Z', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T07:08:09-05:00', '2024-05-06T12:08:09.000Z'],
    ['2024-05-06T07:08:09+0200', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06T07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    [1_715_000_000, '2024-05-06T12:53:20.000Z'],
    [1_715_000_000_000, '2024-05-06T12:53:20.000Z'],
  ])('are read from %s', (given, expected) => {
    expect(new Date(timeOf(given) ?? 0).toISOString()).toBe(expected);
  });

  it.each([undefined, null, '', 'soon', {}, NaN])('are null for %s', (given) => {
    expect(timeOf(given)).toBeNull();
  });
});

describe('other values', () => {
  it('counts come as numbers or in quotes', () => {
    expect(['12', 12, '1,200', '', null, undefined, 'x', {}].map((value) => count.parse(value))).toEqual([
      12,
      12,
      1200,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('words lose their casing', () => {
    expect(['Draft', 'DRAFT', ' done ', undefined].map((value) => word.parse(value))).toEqual([
      'draft',
      'draft',
      'done',
      null,
    ]);
  });

  it('text that cannot be stored as JSON is made storable', () => {
    expect(['a\u0000b', 'a\ud800', '  ', 5, true, []].map((value) => text.parse(value))).toEqual([
      'ab',
      'a\ufffd',
      null,
      '5',
      'true',
      null,
    ]);
  });

  it('ids are text, and never empty', () => {
    expect(id.parse(17)).toBe('17');
    expect(id.safeParse(' ').success).toBe(false);
  });
});
