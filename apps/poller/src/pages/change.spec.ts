import { type List } from '@portage/records';
import { changeOf, deletionOf, type Origin, publishedCounts } from './change.js';

const content: Omit<List, 'meta'> = {
  listId: 'l1',
  name: 'News',
  description: null,
  favorite: false,
  createdAt: 1,
  updatedAt: null,
  deletedAt: null,
  membershipCount: 3,
};
const origin: Origin = {
  connectionId: 'c',
  accountId: 'a',
  runId: 'r1',
  observedAt: 1000,
  first: true,
  republish: false,
};

function knownAfter(change: ReturnType<typeof changeOf>, runId = 'r1') {
  if (!change) throw new Error('expected a change');
  return { hash: change.state.hash, version: change.state.version, runId };
}

describe('what is published of something observed', () => {
  const first = changeOf('lists', 'l1', content, undefined, origin);

  it('is a snapshot the first time, and nothing while it is unchanged', () => {
    expect(first?.outgoing).toMatchObject({
      topic: 'lists',
      key: 'c:l1',
      timestamp: 1000,
      value: { meta: { op: 'snapshot', version: 1000 } },
    });
    expect(changeOf('lists', 'l1', { ...content }, knownAfter(first), { ...origin, observedAt: 2000 })).toBeNull();
  });

  it('invariant 6: has a version above the last one, even when the clock went back', () => {
    const renamed = changeOf('lists', 'l1', { ...content, name: 'Old' }, knownAfter(first), {
      ...origin,
      observedAt: 10,
    });
    expect(renamed?.outgoing.value).toMatchObject({ meta: { op: 'upsert', version: 1001, observedAt: 10 } });
  });

  it('is published unchanged once a pass when that is asked for', () => {
    const again = { ...origin, runId: 'r2', republish: true, first: false };
    const forced = changeOf('lists', 'l1', content, knownAfter(first), again);
    expect(forced?.outgoing.value).toMatchObject({ meta: { version: 1001 } });
    expect(changeOf('lists', 'l1', content, knownAfter(forced, 'r2'), again)).toBeNull();
  });

  it('is a delete with the last known value at the end, and an upsert should it come back', () => {
    const gone = deletionOf('lists', 'l1', content, knownAfter(first), origin);
    expect(gone.outgoing.value).toMatchObject({ name: 'News', meta: { op: 'delete' } });
    expect(changeOf('lists', 'l1', content, knownAfter(gone), origin)?.outgoing.value).toMatchObject({
      meta: { op: 'upsert' },
    });
  });

  it('is counted by record and by key', () => {
    const again = changeOf('lists', 'l1', { ...content, name: 'B' }, knownAfter(first), origin);
    if (!first || !again) throw new Error('expected changes');
    expect(publishedCounts([first, again])).toEqual([{ stream: 'lists', count: 2, keys: 1 }]);
  });
});
