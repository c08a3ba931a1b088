import { CONNECTION } from '../../../test/loader/records.js';
import { type defaultOptions } from '../../../test/loader/auth-stub.js';
import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { contact, list, outgoing } from '../../../test/loader/records.js';

const email = (id: string) => `${id}@mail.northwind.net`;

describe('lists that the owner decides about later', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const choose = (options: Partial<typeof defaultOptions> & { listMap?: Record<string, string> }) => {
    const connection = harness.auth.connections.get(CONNECTION);
    if (connection) connection.options = { ...connection.options, ...options };
  };
  const members = (name: string) => {
    const { lists, profiles } = harness.klaviyo.state(TARGET);
    const ids = lists.find((each) => each.name === name)?.members ?? [];
    return ids.map((id) => profiles.find((profile) => profile.id === id)?.email ?? id).sort();
  };
  const until = (name: string, people: readonly string[]) =>
    harness.until(() => (members(name).join() === people.map(email).join() ? true : undefined));

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    choose({ createLists: false });
    replica = await harness.replica();
    await harness.publish(
      outgoing.list(list('a', { name: 'Letters' })),
      outgoing.list(list('b', { name: 'Offers' })),
      outgoing.contact(contact('anna', { listIds: ['a', 'b'] })),
      outgoing.contact(contact('ben', { listIds: ['a'] })),
    );
    await harness.markAll();
    await harness.settled(replica);
  }, 60_000);
  afterEach(() => harness.klaviyo.clearFaults());
  afterAll(() => harness.stop());

  it('are filled with people who were loaded long ago when their creation is switched on', async () => {
    expect(harness.klaviyo.state(TARGET).lists).toEqual([]);
    choose({ createLists: true });
    await until('Letters', ['anna', 'ben']);
    await until('Offers', ['anna']);
    await harness.settled(replica);
  }, 60_000);

  it('move with everybody to the list that the owner names, to the next one, and back', async () => {
    const [first, second] = ['Own', 'Other'].map((name) => harness.klaviyo.createList(TARGET, name));
    choose({ listMap: { a: String(first) } });
    await until('Own', ['anna', 'ben']);
    await until('Letters', []);
    choose({ listMap: { a: String(second) } });
    await until('Other', ['anna', 'ben']);
    await until('Own', []);
    choose({ listMap: {}, createLists: false });
    await until('Other', []);
    await until('Offers', ['anna']);
    choose({ createLists: true });
    await harness.until(() => (members('Letters (Constant Contact)').length === 2 ? true : undefined));
    const progress = await harness.settled(replica);
    expect(progress.streams.lists.outcomes.deferred).toBe(0);
  }, 90_000);

  it('are made again when they are gone in Klaviyo, with everybody who was on them', async () => {
    const gone = harness.klaviyo.state(TARGET).lists.find(({ name }) => name === 'Offers');
    harness.klaviyo.deleteList(TARGET, gone?.id ?? '');
    await harness.publish(outgoing.contact(contact('dora', { listIds: ['b'] })));
    await until('Offers', ['anna', 'dora']);
    await harness.markAll();
    await harness.settled(replica);
  }, 60_000);

  it('beyond the day’s creations wait alone: their people go on and are put in when there is another day', async () => {
    harness.klaviyo.fault({ kind: 'throttle', endpoint: 'POST /api/lists', after: 150, retryAfter: 7200 });
    const ids = Array.from({ length: 155 }, (_, n) => `many-${n}`);
    await harness.publish(
      ...ids.map((id) => outgoing.list(list(id, { name: `Many ${id}` }))),
      outgoing.contact(contact('carl', { listIds: [...ids.slice(0, 3), ...ids.slice(90, 100)] })),
    );
    await harness.markAll();
    await harness.until(() => (harness.person(email('carl'))?.consent === 'SUBSCRIBED' ? true : undefined));
    const rest = await harness.until(async () => {
      const progress = await harness.progress(replica);
      return progress.streams.lists.outcomes.parked === 5 && progress.waiting.people === 0 ? progress : undefined;
    });
    expect(rest.waiting.lists).toBe(5);
    expect(rest.streams.contacts.outcomes).toMatchObject({ delivered: 4, deferred: 0 });
    const { lists } = harness.klaviyo.state(TARGET);
    expect(lists.filter(({ name }) => name.startsWith('Many'))).toHaveLength(150);
    const filled = () =>
      harness.klaviyo.state(TARGET).lists.filter(({ name, members: on }) => name.startsWith('Many') && on.length > 0)
        .length;
    expect(filled()).toBeLessThan(13);
    harness.klaviyo.clearFaults();
    await harness.ledger.query(`UPDATE ledger.lists SET due_at = now() WHERE state = 'postponed'`);
    await harness.settled(replica);
    expect(filled()).toBe(13);
  }, 120_000);
});
