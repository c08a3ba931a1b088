import { contentHash, type List, type Meta } from './index.js';

const meta: Meta = { op: 'snapshot', connectionId: 'c', accountId: 'a', runId: 'r', observedAt: 1, version: 1 };
const list: List = {
  meta,
  listId: 'l',
  name: 'News',
  description: null,
  favorite: false,
  createdAt: 5,
  updatedAt: null,
  deletedAt: null,
  membershipCount: 3,
};

describe('contentHash', () => {
  it('ignores who observed the record, when and as what', () => {
    const later: Meta = { ...meta, op: 'upsert', runId: 'r2', observedAt: 2, version: 2 };
    expect(contentHash({ ...list, meta: later })).toBe(contentHash(list));
  });

  it('ignores the order of fields and fields without a value', () => {
    const shuffled = Object.fromEntries(Object.entries({ ...list, added: null, more: [] }).reverse());
    expect(contentHash(shuffled as unknown as List)).toBe(contentHash(list));
  });

  it('changes with every value', () => {
    const changes: Partial<List>[] = [
      { name: 'news' },
      { favorite: true },
      { membershipCount: 0 },
      { deletedAt: 9 },
      { createdAt: null },
    ];
    const hashes = [list, ...changes.map((change) => ({ ...list, ...change }))].map(contentHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('tells a value in one field from the same value in another', () => {
    expect(contentHash({ ...list, updatedAt: 5, createdAt: null })).not.toBe(contentHash(list));
  });
});
