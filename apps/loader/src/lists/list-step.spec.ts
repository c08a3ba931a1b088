import { findCreated, type LedgerList, listStep, nameFor } from './list-step.js';

const options = {
  createLists: true,
  listMap: {},
  collectEngagement: true,
  consent: 'explicit' as const,
  metricSuffix: '',
  historyDays: 90,
};
const list: LedgerList = {
  key: 'c:1',
  connectionId: 'c',
  listId: '1',
  name: 'News',
  deleted: false,
  state: 'new',
  klaviyoId: null,
  klaviyoName: null,
  mapped: false,
  createName: null,
  createSentAt: null,
  knownIds: [],
  refused: false,
  version: '1',
  due: '',
};
const ready: LedgerList = { ...list, state: 'ready', klaviyoId: 'K', klaviyoName: 'News' };

describe('what is to be done about a list', () => {
  it.each<[string, LedgerList, Partial<typeof options>, object]>([
    ['a new one is created', list, {}, { do: 'create' }],
    [
      'a mapped one is used, deleted or not',
      { ...list, deleted: true },
      { listMap: { 1: 'M' } },
      { do: 'map', klaviyoId: 'M' },
    ],
    ['a deleted one is not created', { ...list, deleted: true }, {}, { do: 'leave', reason: 'deleted' }],
    ['none is created where the owner wants none', list, { createLists: false }, { do: 'leave', reason: 'not_wanted' }],
    ['one that is there is kept', ready, {}, { do: 'keep' }],
    ['under its second name, too', { ...ready, klaviyoName: 'News (Constant Contact)' }, {}, { do: 'keep' }],
    ['a new name follows', { ...ready, name: 'Letters' }, {}, { do: 'rename' }],
    [
      'one that the owner has taken back is left',
      { ...ready, mapped: true },
      { createLists: false },
      { do: 'unmap', reason: 'not_wanted' },
    ],
    ['or replaced by one of its own', { ...ready, mapped: true }, {}, { do: 'create' }],
    ['a refused one is not asked for again', { ...list, state: 'unwanted', refused: true }, {}, { do: 'rest' }],
    ['nor a refused name', { ...ready, name: 'Letters', refused: true }, {}, { do: 'rest' }],
    ['a create that got no answer is resolved first', { ...list, state: 'creating' }, {}, { do: 'resolve' }],
  ])('%s', (_, given, changes, step) => {
    expect(listStep(given, { ...options, ...changes })).toEqual(step);
  });
});

describe('the name of a list', () => {
  it('is its own, unless somebody else made a list of that name', () => {
    expect(nameFor('News', [], new Set())).toBe('News');
    expect(nameFor('News', [{ id: 'X', name: 'News' }], new Set())).toBe('News (Constant Contact)');
  });

  it('is shared by lists that Portage made: identical names stay two lists', () => {
    expect(nameFor('News', [{ id: 'X', name: 'News' }], new Set(['X']))).toBe('News');
  });
});

describe('a list that a lost create made', () => {
  const creating: LedgerList = {
    ...list,
    state: 'creating',
    createName: 'News',
    createSentAt: 1e12,
    knownIds: ['old'],
  };

  it('is the one that was not there before and is nobody else’s', () => {
    const existing = ['old', 'other', 'new'].map((id) => ({ id, name: 'News', createdAt: 1e12 }));
    expect(findCreated(creating, existing, new Set(['other']))).toBe('new');
  });

  it('is none that is much older than the request', () => {
    expect(findCreated(creating, [{ id: 'x', name: 'News', createdAt: 1e12 - 1e9 }], new Set())).toBeUndefined();
  });
});
