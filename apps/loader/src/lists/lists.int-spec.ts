import { Database } from '@portage/persistence';
import { type List } from '@portage/records';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { CONNECTION, list as listRecord } from '../../../../test/loader/records.js';
import { storeLists } from '../intake/lists.js';
import { readPrevious } from '../intake/records.js';
import { type LedgerList } from './list-step.js';
import { dueLists, type ListFate, listsDueAnew, storeCreating, storeFate } from './lists.repository.js';

const TARGET = 'K1';
const fate: ListFate = {
  state: 'ready',
  klaviyoId: null,
  klaviyoName: null,
  mapped: false,
  outcome: 'unchanged',
  reason: null,
  dueInMs: null,
};

/** What happens to a list between being read and the storing of what became of it. */
describe('a list that changes while it is carried', () => {
  let migrated: MigratedDatabase;
  let database: Database;
  let version = 0;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_loader' });
  });
  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });
  beforeEach(() => database.execute('TRUNCATE ledger.lists, ledger.records'));

  const take = async (name: string): Promise<void> => {
    version += 1;
    const value: List = { ...listRecord('a'), name };
    const key = `${CONNECTION}:a`;
    const record = { partition: 0, offset: version, key, target: TARGET, connectionId: CONNECTION, version };
    const newest = [{ ...record, hash: name, value }];
    await database.transaction(async (queries) => {
      const previous = await readPrevious(queries, TARGET, 'lists', newest);
      await storeLists(queries, { target: TARGET, newest, previous, open: new Set(), lingerMs: 0 });
    });
  };
  const due = async (): Promise<LedgerList> => {
    const [list] = await dueLists(database, TARGET, [CONNECTION]);
    if (!list) throw new Error('no list is due');
    return list;
  };
  const store = (list: LedgerList, changes: Partial<ListFate>): Promise<void> =>
    database.transaction((queries) => storeFate(queries, TARGET, list, { ...fate, ...changes }));
  const outcome = async (): Promise<string | null | undefined> =>
    (await database.query<{ outcome: string | null }>('SELECT outcome FROM ledger.records'))[0]?.outcome;

  it('is done with when nothing came in between', async () => {
    await take('News');
    await store(await due(), { klaviyoId: 'L', klaviyoName: 'News', outcome: 'delivered' });
    expect(await dueLists(database, TARGET, [CONNECTION])).toEqual([]);
    expect(await outcome()).toBe('delivered');
  });

  it('stays due under its new name, with its record open, whatever was concluded of the old one', async () => {
    await take('News');
    await store(await due(), { klaviyoId: 'L', klaviyoName: 'News' });
    await database.execute('UPDATE ledger.lists SET due_at = now()');
    const before = await due();
    await take('Letters');
    await store(before, { klaviyoId: 'L', klaviyoName: 'News' });
    expect(await due()).toMatchObject({ name: 'Letters', klaviyoName: 'News' });
    expect(await outcome()).toBeNull();
  });

  it('keeps what somebody else found out about it', async () => {
    await take('News');
    await store(await due(), { klaviyoId: 'L', klaviyoName: 'News' });
    await database.execute('UPDATE ledger.lists SET due_at = now()');
    const before = await due();
    await database.execute(`UPDATE ledger.lists SET klaviyo_name = 'Renamed by hand', due_at = now()`);
    await store(before, { klaviyoId: 'L', klaviyoName: 'News' });
    expect(await due()).toMatchObject({ klaviyoName: 'Renamed by hand' });
  });

  it('is not asked for under a name that it does not have any more', async () => {
    await take('News');
    const before = await due();
    await take('Letters');
    const asked = { name: 'News', knownIds: [], lookInMs: 0 };
    expect(await storeCreating(database, TARGET, before, asked)).toBeUndefined();
    expect(await due()).toMatchObject({ name: 'Letters', state: 'new' });
  });

  it('has the list that was made for it all the same, and is due again', async () => {
    await take('News');
    const asked = await storeCreating(database, TARGET, await due(), { name: 'News', knownIds: [], lookInMs: 0 });
    await take('Letters');
    await store(asked as LedgerList, { klaviyoId: 'L', klaviyoName: 'News', outcome: 'delivered' });
    expect(await due()).toMatchObject({ name: 'Letters', state: 'ready', klaviyoId: 'L', klaviyoName: 'News' });
    expect(await outcome()).toBeNull();
  });

  it('is looked at again when options changed meanwhile', async () => {
    await take('News');
    const before = await due();
    await listsDueAnew(database, [CONNECTION]);
    await store(before, { state: 'unwanted', outcome: 'skipped', reason: 'not_wanted' });
    expect(await due()).toMatchObject({ state: 'new' });
    const asked = await storeCreating(database, TARGET, await due(), { name: 'News', knownIds: [], lookInMs: 0 });
    await listsDueAnew(database, [CONNECTION]);
    await store(asked as LedgerList, { klaviyoId: 'L', klaviyoName: 'News', outcome: 'delivered' });
    expect(await due()).toMatchObject({ state: 'ready', klaviyoId: 'L' });
    expect(await outcome()).toBe('delivered');
  });
});
