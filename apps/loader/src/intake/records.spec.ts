import { type Incoming, newestOf, novelty, type Previous } from './records.js';

const incoming = (version: number, hash = 'h'): Incoming<null> => ({
  partition: 0,
  offset: version,
  key: 'c:1',
  target: 'K',
  connectionId: 'c',
  version,
  hash,
  value: null,
});
const previous = (changes: Partial<Previous> = {}): Previous => ({
  version: 5,
  hash: 'h',
  email: null,
  outcome: 'delivered',
  reason: null,
  ...changes,
});

describe('an incoming record (invariant 6)', () => {
  it.each<[string, Incoming<null>, Previous | undefined, string]>([
    ['of an unknown key is new', incoming(1), undefined, 'new'],
    ['that is older is old', incoming(4), previous(), 'old'],
    ['of the same version is old', incoming(5, 'other'), previous(), 'old'],
    ['newer with the same content is the same', incoming(6), previous(), 'same'],
    ['newer with other content is new', incoming(6, 'other'), previous(), 'new'],
    ['newer with the same content joins work under way', incoming(6), previous({ outcome: null }), 'new'],
    ['or parked', incoming(6), previous({ outcome: 'parked' }), 'new'],
  ])('%s', (_, record, before, expected) => {
    expect(novelty(record, before)).toBe(expected);
  });

  it('stands for its key when it is the newest of a batch', () => {
    expect(newestOf([incoming(2), incoming(3), incoming(1)]).map(({ version }) => version)).toEqual([3]);
  });
});
