import { boundOf, peopleOf, portionsOf, rateOf, streamsOf } from './replay-input.js';

describe('what a replay is given', () => {
  it.each([
    [undefined, null],
    ['1200', { offsets: { '*': 1200 } }],
    ['0:10,3:20', { offsets: { '0': 10, '3': 20 } }],
    ['2026-01-31T12:00:00Z', { time: '2026-01-31T12:00:00.000Z' }],
    ['2026-01-31', { time: '2026-01-31T00:00:00.000Z' }],
  ])('as a bound: %s', (text, expected) => {
    expect(boundOf('--from', text)).toEqual(expected);
  });

  it('names what it does not understand', () => {
    expect(() => boundOf('--from', 'yesterday')).toThrow(/--from takes a time/);
    expect(() => streamsOf(['people'])).toThrow(/no people/);
    expect(() => rateOf('2')).toThrow(/up to 1/);
    expect(() => peopleOf('\n# nobody\n')).toThrow(/nobody/);
  });

  it('as streams: words, with commas or without, or all', () => {
    expect(streamsOf(['contacts,lists', 'activities'])).toEqual(['contacts', 'lists', 'activities']);
    expect(streamsOf(['all'])).toHaveLength(4);
  });

  it('as people: the first column, each once', () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `id-${n}`);
    expect(portionsOf(ids(12_000)).map(({ length }) => length)).toEqual([5000, 5000, 2000]);
    expect(portionsOf(ids(12_000)).flat()).toEqual(ids(12_000));
    expect(peopleOf(ids(100_000).join('\n'))).toHaveLength(100_000);
    expect(() => peopleOf(ids(100_001).join('\n'))).toThrow(/100001 people; a replay takes 100000/);
    expect(peopleOf('id-1,Anna\r\n"b@x.example";x\n\nid-1\n')).toEqual(['id-1', 'b@x.example']);
  });

  it.each([
    ['0.25', 0.25],
    ['50%', 0.5],
    [undefined, undefined],
  ])('as a rate: %s', (text, expected) => {
    expect(rateOf(text)).toBe(expected);
  });
});
