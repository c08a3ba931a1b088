import { movedLists } from './list-gaps.js';

const list = { listId: 'a', counted: 10, members: 10, gap: 0, confirmed: true };

describe('lists whose members moved', () => {
  it.each([
    ['as many as were published', list, false],
    ['somebody joined', { ...list, counted: 11 }, true],
    ['somebody left', { ...list, counted: 9 }, true],
    ['the vendor counts otherwise, as ever', { ...list, counted: 12, gap: 2 }, false],
    ['the vendor counts otherwise, and somebody joined', { ...list, counted: 13, gap: 2 }, true],
    ['a gap that was left by one read only', { ...list, counted: 12, gap: 2, confirmed: false }, true],
    ['a new list', { ...list, members: 0 }, true],
    ['an empty new list', { ...list, counted: 0, members: 0 }, false],
  ])('%s', (_name, compared, moved) => {
    expect(movedLists([compared])).toEqual(moved ? [compared] : []);
  });
});
