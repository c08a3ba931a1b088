import { type Account, generateAccount } from '@portage/simulators';
import { expectComplete } from '../../../test/poller/complete.js';
import { PollerHarness, type Replica } from '../../../test/poller/harness.js';
import { readTopic } from '../../../test/poller/topics.js';
import { reportOf } from './runs/run.js';

const DAY = 86_400_000;

const small = (): Account => generateAccount({ seed: 21, contacts: 700, lists: 6, campaigns: 6 });

function sentAt(mailing: { readonly sentAt?: number }): number {
  return mailing.sentAt ?? 0;
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('a poller in trouble', () => {
  let harness: PollerHarness | undefined;

  afterEach(async () => {
    await harness?.stop();
    harness = undefined;
  });

  it('ends complete though every endpoint fails in every way now and then', async () => {
    harness = await PollerHarness.start(small());
    const rare = { probability: 0.04 };
    harness.simulator.fault({ kind: 'status', status: 500, ...rare });
    harness.simulator.fault({ kind: 'status', status: 503, ...rare });
    harness.simulator.fault({ kind: 'reset_before', ...rare });
    harness.simulator.fault({ kind: 'reset_after', ...rare });
    harness.simulator.fault({ kind: 'truncated', ...rare });
    harness.simulator.fault({ kind: 'html_403', ...rare });
    harness.simulator.fault({ kind: 'status', status: 404, body: '<html>no such place</html>', ...rare });
    harness.simulator.fault({ kind: 'slow', delayMs: 200, ...rare });
    const replica = await harness.replica();
    const run = await harness.finished(replica);
    expect([run.state, run.reason]).toEqual(['done', null]);
    await expectComplete(harness);
    const { wasted } = reportOf(run, await replica.runs.figures(run));
    const struck = harness.simulator.requests().filter(({ fault }) => fault !== undefined && fault !== 'slow');
    expect(struck.length).toBeGreaterThan(0);
    expect(Object.values(wasted).reduce((sum, calls) => sum + calls, 0)).toBe(struck.length);
  });

  it('keeps odd rows as dead letters, once, walks a short walk again, and reads through pages that are not JSON', async () => {
    harness = await PollerHarness.start(small());
    const odd = { contacts: [{ first_name: 'nobody' }], contacts_count: 700 };
    const contacts = { kind: 'status', status: 200, endpoint: 'GET /v3/contacts', count: 1 } as const;
    harness.simulator.fault({ ...contacts, body: JSON.stringify(odd) });
    harness.simulator.fault({ ...contacts, after: 2, body: JSON.stringify({ ...odd, contacts_count: 0 }) });
    harness.simulator.fault({ ...contacts, after: 1, body: '<html>busy</html>' });
    const run = await harness.finished(await harness.replica());
    expect([run.state, run.reason]).toEqual(['done', null]);
    await expectComplete(harness);
    const letters = await readTopic(harness.kafka, 'dead-letters');
    expect(letters.map(({ value }) => [value.stream, value.stage, value.code, value.reason])).toEqual([
      ['contacts', 'poller', 'constant_contact.odd_row', 'In contacts, not usable: contact_id.'],
    ]);
    expect(JSON.parse(letters[0]?.value.value?.toString() ?? '')).toEqual({ first_name: 'nobody' });
  });

  it('keeps definitions that cannot be used as dead letters, and reads again what they leave unexplained', async () => {
    harness = await PollerHarness.start(small());
    const once = { kind: 'status', status: 200, count: 1 } as const;
    const [field, tag] = [{ label: 'nameless' }, { tag_id: 'nameless' }];
    harness.simulator.fault({
      ...once,
      endpoint: 'GET /v3/contact_custom_fields',
      body: JSON.stringify({ custom_fields: [field] }),
    });
    harness.simulator.fault({ ...once, endpoint: 'GET /v3/contact_tags', body: JSON.stringify({ tags: [tag] }) });
    const run = await harness.finished(await harness.replica());
    expect([run.state, run.reason]).toEqual(['done', null]);
    await expectComplete(harness);
    const letters = (await readTopic(harness.kafka, 'dead-letters')).map(({ value }) => value);
    expect(letters.map(({ stream, reason, value }) => [stream, reason, value?.toString()]).sort()).toEqual([
      ['contacts', 'In custom_fields, not usable: custom_field_id.', JSON.stringify(field)],
      ['contacts', 'In tags, not usable: name.', JSON.stringify(tag)],
    ]);
  });

  it('begins a walk again whose next page the vendor no longer knows, and publishes nothing twice', async () => {
    const account = small();
    harness = await PollerHarness.start(account);
    const newest = account.campaigns.flatMap(({ activities }) => activities).sort((a, b) => sentAt(b) - sentAt(a))[0];
    const opened = { kind: 'engage', activityId: newest?.id ?? '', type: 'opens' } as const;
    const people = account.contacts.filter(({ email }) => email !== undefined).map(({ id }) => id);
    harness.simulator.change(account.id, ...people.slice(0, 600).map((contactId) => ({ ...opened, contactId })));
    const forgotten = { kind: 'status', count: 1, after: 1 } as const;
    const opens = 'GET /v3/reports/email_reports/{campaign_activity_id}/tracking/opens';
    harness.simulator.fault({ ...forgotten, status: 400, endpoint: 'GET /v3/contacts', body: '[{"error_key":"x"}]' });
    harness.simulator.fault({ ...forgotten, status: 404, endpoint: opens, body: '[{"error_key":"x"}]' });
    const run = await harness.finished(await harness.replica());
    expect([run.state, run.reason]).toEqual(['done', null]);
    const refused = harness.simulator.requests().filter(({ status }) => status === 400 || status === 404);
    expect(refused.map(({ url }) => new URL(url, 'http://any').searchParams.has('cursor'))).toEqual([true, true]);
    await expectComplete(harness);
  });

  it.each(['empty', 'left_out'] as const)(
    'asks once more for what next links forget, where empty parts are %s',
    async (emptyParts) => {
      harness = await PollerHarness.start(small(), {}, { cursorsInclude: false, emptyParts });
      const run = await harness.finished(await harness.replica());
      expect([run.state, run.reason]).toEqual(['done', null]);
      await expectComplete(harness);
    },
  );

  it('believes a page on which nobody has lists, tags or fields where people have none', async () => {
    const account = small();
    const last = [...account.contacts].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(500);
    for (const contact of last)
      Object.assign(contact, { lists: [], tags: [], customFields: [], phones: [], addresses: [] });
    harness = await PollerHarness.start(account, {}, { emptyParts: 'left_out' });
    const run = await harness.finished(await harness.replica());
    expect([run.state, run.reason]).toEqual(['done', null]);
    await expectComplete(harness);
  });

  it('does not walk again for a row without an id, which is counted and can be met by nobody', async () => {
    harness = await PollerHarness.start(small());
    const body = JSON.stringify({ contacts: [{ first_name: 'nobody' }], contacts_count: 1 });
    harness.simulator.fault({ kind: 'status', status: 200, endpoint: 'GET /v3/contacts', body });
    const run = await harness.finished(await harness.replica());
    expect([run.state, run.reason]).toEqual(['done', null]);
    // Everybody, then opt-outs and changes since.
    const walks = harness.simulator.requests().filter(({ url }) => url.startsWith('/v3/contacts?'));
    expect(walks).toHaveLength(3);
  });

  it('gets a new token once when its own is refused, and goes on', async () => {
    harness = await PollerHarness.start(small());
    harness.simulator.fault({ kind: 'status', status: 401, count: 1, after: 5 });
    const run = await harness.finished(await harness.replica());
    expect([run.state, harness.auth.issued]).toEqual(['done', 2]);
  });

  it('fails with a sentence that says who must do what when a privilege is missing', async () => {
    const account = small();
    account.privileges = account.privileges.filter((privilege) => privilege !== 'contacts:read');
    harness = await PollerHarness.start(account);
    const replica = await harness.replica();
    const run = await harness.finished(replica);
    expect(run.state).toBe('failed');
    expect(run.reason).toContain('must reconnect as Account Owner or Account Manager');
    account.privileges = [...account.privileges, 'contacts:read'];
    const again = await harness.sync(replica);
    expect([again.state, again.first]).toEqual(['done', true]);
    await expectComplete(harness);
  });

  it('waits for the next day when the day is spent, and says so', async () => {
    harness = await PollerHarness.start(small());
    harness.simulator.fault({
      kind: 'status',
      status: 429,
      count: 1,
      after: 3,
      body: '{"error_key":"quota_exceeded","error_message":"Limit Exceeded"}',
    });
    // Not just after midnight, when a spent day is the one before.
    const noon = { now: () => Math.floor(Date.now() / DAY) * DAY + DAY / 2 };
    const replica = await harness.replica('replica', {}, noon);
    const parked = async (of: Replica) => (await of.runs.latest('connection-1'))?.state === 'parked';
    await eventually(() => parked(replica));
    const [row] = await replica.parts.database.query<{ resume_at: Date; reason: string }>(
      'SELECT resume_at, reason FROM sync.runs',
    );
    expect(row?.resume_at.getTime()).toBeGreaterThanOrEqual(Math.ceil(Date.now() / DAY) * DAY);
    expect(row?.reason).toContain('00:00 UTC');
    const before = Object.values(harness.simulator.counts()).reduce((sum, { requests }) => sum + requests, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = Object.values(harness.simulator.counts()).reduce((sum, { requests }) => sum + requests, 0);
    expect(after).toBe(before);
  });

  it('leaves a paused connection at the next page, and goes on when it is active again', async () => {
    harness = await PollerHarness.start(generateAccount({ seed: 22, contacts: 3000, lists: 4, campaigns: 4 }));
    const replica = await harness.replica();
    await eventually(async () => (await replica.runs.latest('connection-1'))?.phase === 'contacts');
    harness.connection.status = 'paused';
    await eventually(async () => {
      const rows = await replica.parts.database.query('SELECT FROM sync.leases WHERE expires_at > now()');
      return rows.length === 0;
    });
    expect((await replica.runs.latest('connection-1'))?.state).toBe('running');
    harness.connection.status = 'active';
    expect((await harness.finished(replica)).state).toBe('done');
    await expectComplete(harness);
  });

  it('keeps at least one poller at work on each connection, and never two on one', async () => {
    harness = await PollerHarness.start(small());
    const [one, two] = [await harness.replica('one'), await harness.replica('two')];
    await harness.finished(one);
    await expectComplete(harness);
    const records = await readTopic(harness.kafka, 'contacts');
    expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
    await one.stop();
    expect((await harness.sync(two)).state).toBe('done');
  });
});
