import { codecOf, type List } from '@portage/records';
import { changeOf, deletionOf, type Change, type Origin } from './change.js';
import { letterState, stateOf } from './record-state.js';

const content: Omit<List, 'meta'> = {
  listId: 'l:1',
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
  runId: 'r',
  observedAt: 1000,
  first: true,
  republish: false,
};

/** The record of a change as somebody else reads it. */
function readBack({ outgoing }: Change) {
  const codec = codecOf('lists');
  const value = codec.decoder(codec.schema)(codec.encode(outgoing.value as List, 1));
  return { offset: 0, key: outgoing.key, timestamp: outgoing.timestamp, headers: {}, bytes: 0, value };
}

describe('what a published record says about its key', () => {
  const change = changeOf('lists', 'l:1', content, undefined, origin);
  if (!change) throw new Error('expected a change');

  it('is what was to be kept when it was published', () => {
    expect(JSON.parse(JSON.stringify(stateOf('lists', readBack(change))))).toEqual([change.state]);
    const gone = deletionOf('lists', 'l:1', content, { ...change.state, runId: 'r' }, origin);
    expect(JSON.parse(JSON.stringify(stateOf('lists', readBack(gone))))).toEqual([gone.state]);
  });

  it('is nothing where it cannot be read, or where the key was erased', () => {
    const record = { offset: 0, key: 'c:l', timestamp: 1, headers: {}, bytes: 0 };
    expect(stateOf('lists', { ...record, value: null })).toEqual([]);
    const undecodable = { code: 'record.corrupt', reason: 'x', bytes: Buffer.alloc(0), schemaId: 1 } as const;
    expect(stateOf('lists', { ...record, undecodable })).toEqual([]);
  });

  it('is of a dead letter no more than that it was published', () => {
    const value = { failedAt: 5 } as never;
    const letter = { offset: 0, key: 'c:print', timestamp: 7, headers: {}, bytes: 0, value };
    expect(stateOf('dead-letters', letter)).toEqual([letterState('print', 7)]);
  });
});
