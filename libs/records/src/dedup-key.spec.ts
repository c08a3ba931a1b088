import fc from 'fast-check';
import { dedupKey, Ordinals, type Happening } from './index.js';

const happening: Happening = {
  type: 'opened',
  campaignActivityId: 'a1',
  contactId: 'c1',
  createdAt: 1_000,
  urlId: null,
};

/** Rows newest first, many of them equal. */
const rows = fc
  .array(fc.record({ contactId: fc.constantFrom('c1', 'c2'), createdAt: fc.integer({ min: 0, max: 5 }) }), {
    maxLength: 40,
  })
  .map((parts) => parts.map((part) => ({ ...happening, ...part })).sort((a, b) => b.createdAt - a.createdAt));

function keysOf(walk: readonly Happening[], ordinals = new Ordinals()): string[] {
  return walk.map((row) => dedupKey(row, ordinals.next(row)));
}

describe('dedupKey', () => {
  it('never changes', () => expect(dedupKey(happening, 0)).toBe('d2df660894a43cf6868fd7daee9afc02'));

  it('Invariant 5: differs with every field and with the ordinal, and with nothing else', () => {
    const others: Happening[] = [
      { ...happening, type: 'clicked' },
      { ...happening, campaignActivityId: 'a2' },
      { ...happening, contactId: 'c2' },
      { ...happening, createdAt: 1_001 },
      { ...happening, urlId: 'u' },
    ];
    const keys = [dedupKey(happening, 0), dedupKey(happening, 1), ...others.map((other) => dedupKey(other, 0))];
    expect(new Set(keys).size).toBe(keys.length);
    expect(dedupKey({ ...happening, device: 'mobile' } as Happening, 0)).toBe(keys[0]);
  });
});

describe('Ordinals', () => {
  it('Invariant 5: give every row an identity of its own, the same in a later walk', () => {
    fc.assert(
      fc.property(rows, (walk) => {
        const keys = keysOf(walk);
        expect(new Set(keys).size).toBe(walk.length);
        expect(keysOf(walk)).toEqual(keys);
      }),
    );
  });

  it('go on across pages and restarts as if there had been none', () => {
    fc.assert(
      fc.property(rows, fc.nat(40), (walk, cut) => {
        const first = new Ordinals();
        const before = keysOf(walk.slice(0, cut), first);
        const stored = JSON.parse(JSON.stringify(first.state())) as Record<string, number>;
        expect([...before, ...keysOf(walk.slice(cut), new Ordinals(stored))]).toEqual(keysOf(walk));
      }),
    );
  });

  it('store little: the rows of the last moment only', () => {
    const ordinals = new Ordinals();
    for (let at = 50_000; at > 0; at--) ordinals.next({ ...happening, createdAt: at });
    expect(Object.keys(ordinals.state())).toHaveLength(1);
  });
});
