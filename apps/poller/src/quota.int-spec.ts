import { Budget } from '@portage/http';
import { type Account, type Change, generateAccount } from '@portage/simulators';
import { CLIENT_ID } from '../../../test/poller/auth-stub.js';
import { CONNECTION, PollerHarness, type Replica } from '../../../test/poller/harness.js';
import { compacted, readTopic } from '../../../test/poller/topics.js';
import { contactsOf, plainOf } from '../../../test/poller/truth.js';
import { type ContactsCursor } from './contacts/contacts-cursor.js';
import { type Run } from './runs/run.js';

const DAILY = 200;

/** Too large for a full read every hour on so few calls a day. */
async function largeAccount(seed: number): Promise<{ harness: PollerHarness; account: Account; replica: Replica }> {
  const account = generateAccount({ seed, contacts: 1600, lists: 8, campaigns: 3 });
  const harness = await PollerHarness.start(account, { CONSTANT_CONTACT_DAILY_CALLS: String(DAILY) });
  // Hourly, which decides what is affordable, but on a day far away: no pass of its own comes in between.
  harness.connection.options = { ...harness.connection.options, schedule: '0 * 29 2 *' };
  const replica = await harness.replica();
  await harness.finished(replica);
  return { harness, account, replica };
}

async function cursorOf(replica: Replica): Promise<ContactsCursor> {
  const rows = await replica.parts.database.query<{ cursor: ContactsCursor }>(
    `SELECT cursor FROM sync.streams WHERE stream = 'contacts'`,
  );
  return rows[0]?.cursor ?? {};
}

async function expectContacts(harness: PollerHarness): Promise<void> {
  const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
  const present = [...contacts.values()].filter(({ meta }) => meta.op !== 'delete');
  expect(new Map(present.map((one) => [one.contactId, plainOf(one)]))).toEqual(contactsOf(harness.simulator.account()));
}

/** Leaves so many calls of the day. */
async function leave(replica: Replica, calls: number): Promise<void> {
  const budget = new Budget(replica.parts.database);
  const key = `constant-contact:${CLIENT_ID}`;
  for (let used = await budget.usedToday(key); used < DAILY - calls; used += 1)
    await budget.take(key, { perDay: DAILY });
}

async function parked(replica: Replica, runId: string): Promise<Run> {
  for (;;) {
    const run = await replica.runs.find(runId);
    if (run?.state === 'parked' || run?.state === 'done' || run?.state === 'failed') return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const plain = { sweep: false, republish: false };

describe('a poller whose calls are short', () => {
  let harness: PollerHarness | undefined;

  afterEach(async () => {
    await harness?.stop();
    harness = undefined;
  });

  it('finds list moves and deletions of a large account by the counts of its lists, without reading everybody', async () => {
    const set = await largeAccount(41);
    harness = set.harness;
    const { account, replica } = set;
    const { walkedAt } = await cursorOf(replica);
    const listed = account.contacts.filter(
      ({ deletedAt, purgedAt }) => deletedAt === undefined && purgedAt === undefined,
    );
    const members = (listId: string) => listed.filter(({ lists }) => lists.includes(listId)).length;
    const [a, b] = account.lists
      .filter(({ id, deletedAt, channel }) => deletedAt === undefined && channel === 'email' && members(id) >= 20)
      .sort((one, other) => members(one.id) - members(other.id));
    const onA = listed.filter(({ lists }) => lists.includes(a?.id ?? '') && !lists.includes(b?.id ?? ''));
    const nowhere = listed.filter(({ lists, email }) => lists.length === 0 && email !== undefined);
    const id = (people: typeof listed, at: number) => people[at]?.id ?? '';
    const changes: Change[] = [
      { kind: 'move_lists', contactId: id(onA, 0), remove: [a?.id ?? ''], add: [b?.id ?? ''] },
      { kind: 'move_lists', contactId: id(onA, 1), remove: [a?.id ?? ''] },
      { kind: 'delete_contact', contactId: id(onA, 2) },
      { kind: 'purge_contact', contactId: id(onA, 3) },
      { kind: 'move_lists', contactId: id(nowhere, 0), add: [b?.id ?? ''] },
    ];
    for (const change of changes) {
      harness.simulator.change(account.id, change);
      const run = await harness.sync(replica);
      expect([change.kind, run.state, run.reason]).toEqual([change.kind, 'done', null]);
      await expectContacts(harness);
    }
    expect((await cursorOf(replica)).walkedAt).toBe(walkedAt);
    const quiet = await harness.sync(replica);
    expect(await harness.published(replica, quiet)).toEqual({});
    const calls = (await replica.runs.figures({ ...quiet, opening: false })).find(({ name }) => name === '/contacts');
    expect(calls?.value).toBe(2);
  });

  it('invariant 9: goes on with opt-outs, lists and changes while engagement waits for the next day', async () => {
    const set = await largeAccount(42);
    harness = set.harness;
    const { account, replica } = set;
    await leave(replica, DAILY * 0.06 + 7);
    const [mailing] = account.campaigns.flatMap(({ activities }) => activities).filter(({ sentAt }) => sentAt);
    const people = account.contacts.filter(
      ({ email, deletedAt }) => email?.permission === 'explicit' && deletedAt === undefined,
    );
    const runs: string[] = [];
    for (const contact of people.slice(0, 2)) {
      const opened = { kind: 'engage', contactId: contact.id, activityId: mailing?.id ?? '', type: 'opens' } as const;
      harness.simulator.change(account.id, opened, { kind: 'unsubscribe', contactId: contact.id, by: 'Contact' });
      const { runId } = await replica.queue.request(CONNECTION, 'request', plain);
      const run = await parked(replica, runId);
      expect([run.state, run.phase, run.reason]).toEqual([
        'parked',
        'activities',
        expect.stringContaining('00:00 UTC'),
      ]);
      runs.push(runId);
      const suppressions = compacted(await readTopic(harness.kafka, 'suppressions'));
      expect(suppressions.get(`${CONNECTION}:${contact.id}`)?.entries).toMatchObject([{ active: true }]);
      const marks = compacted(await readTopic(harness.kafka, 'marks'));
      expect(marks.get(`${CONNECTION}:suppressions`)?.runId).toBe(runId);
    }
    expect(new Set(runs).size).toBe(2);
  });

  it('puts a full read off when only calls for changes are left, and goes on with it when there are more', async () => {
    const set = await largeAccount(43);
    harness = set.harness;
    const { account, replica } = set;
    await leave(replica, DAILY * 0.1 + 8);
    const tagged = account.contacts.find(({ deletedAt, purgedAt, tags }) => !deletedAt && !purgedAt && tags.length > 0);
    const edited = account.contacts.findLast(({ deletedAt, purgedAt }) => !deletedAt && !purgedAt);
    harness.simulator.change(
      account.id,
      { kind: 'retag', contactId: tagged?.id ?? '', remove: [...(tagged?.tags ?? [])] },
      { kind: 'edit_contact', contactId: edited?.id ?? '', fields: { firstName: 'Changed' } },
    );
    const { runId } = await replica.queue.request(CONNECTION, 'request', { ...plain, sweep: true });
    const run = await parked(replica, runId);
    expect([run.state, run.phase]).toEqual(['parked', 'sweep']);
    const key = `${CONNECTION}:${edited?.id ?? ''}`;
    expect(compacted(await readTopic(harness.kafka, 'contacts')).get(key)?.firstName).toBe('Changed');
    // As if a day had begun.
    await replica.stop();
    const raised = await harness.replica('raised', { CONSTANT_CONTACT_DAILY_CALLS: String(DAILY * 2) });
    await raised.parts.database.execute('UPDATE sync.runs SET resume_at = now() WHERE run_id = $1', [runId]);
    expect((await harness.finished(raised, runId)).state).toBe('done');
    await expectContacts(harness);
    expect((await cursorOf(raised)).walk).toBeNull();
  });
});
