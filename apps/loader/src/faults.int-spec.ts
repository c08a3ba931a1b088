import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, outgoing, suppression } from '../../../test/loader/records.js';
import { readTopic } from '../../../test/poller/topics.js';

const email = (id: string) => `${id}@mail.northwind.net`;

describe('a Klaviyo that misbehaves', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const settle = async () => {
    await harness.markAll();
    return harness.settled(replica);
  };

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
    await settle();
  }, 60_000);
  afterEach(() => harness.klaviyo.clearFaults());
  afterAll(() => harness.stop());

  it('makes one list of a create that got no answer, and none of a list that somebody else made', async () => {
    harness.klaviyo.createList(TARGET, 'Taken');
    harness.klaviyo.fault({ kind: 'reset_after', endpoint: 'POST /api/lists', count: 2 });
    harness.klaviyo.fault({ kind: 'reset_before', endpoint: 'POST /api/lists', count: 1 });
    await harness.publish(
      outgoing.list(list('a', { name: 'Twice' })),
      outgoing.list(list('b', { name: 'Twice' })),
      outgoing.list(list('c', { name: 'Taken' })),
      outgoing.list(list('d', { name: 'Gone', deletedAt: 1 })),
      outgoing.contact(contact('anna', { listIds: ['a', 'c', 'sms'] })),
      outgoing.contact(contact('ben', { listIds: ['b'] })),
    );
    const progress = await settle();
    const { lists } = harness.klaviyo.state(TARGET);
    expect(lists.map(({ name, members }) => `${name}: ${members.length}`).sort()).toEqual([
      'Taken (Constant Contact): 1',
      'Taken: 0',
      'Twice: 1',
      'Twice: 1',
    ]);
    expect(progress.streams.lists.outcomes).toMatchObject({ delivered: 3, skipped: { deleted: 1 } });
  }, 60_000);

  it('that refuses a list or its new name gets its people all the same, and is not asked again', async () => {
    const body = JSON.stringify({ errors: [{ id: 'x', status: 400, code: 'invalid', title: 'No', detail: 'No' }] });
    harness.klaviyo.fault({ kind: 'status', status: 400, body, endpoint: 'POST /api/lists' });
    harness.klaviyo.fault({ kind: 'status', status: 400, body, endpoint: 'PATCH /api/lists/{id}' });
    const asked = () => harness.klaviyo.counts()['POST /api/lists']?.requests ?? 0;
    const before = asked();
    await harness.publish(
      outgoing.list(list('e', { name: 'Refused' })),
      outgoing.list(list('a', { name: 'Renamed' })),
      outgoing.contact(contact('lena', { listIds: ['e', 'a'] })),
    );
    const { streams } = await settle();
    harness.klaviyo.clearFaults();
    expect(streams.lists.outcomes.rejected).toEqual({ 'klaviyo.invalid': 2 });
    expect(asked() - before).toBe(1);
    const { lists } = harness.klaviyo.state(TARGET);
    expect(lists.filter(({ members }) => members.length > 1).map(({ name }) => name)).toEqual(['Twice']);
    const letters = await readTopic(harness.kafka, 'dead-letters');
    expect(letters.map(({ value }) => value.sourceId).sort()).toEqual(['a', 'e']);
  }, 60_000);

  it('whose list is gone gets another one, however it says so', async () => {
    for (const [goneList, id, everybody] of [
      ['not_found', 'mona', ['anna', 'mona']],
      ['silent', 'nora', ['anna', 'mona', 'nora']],
    ] as const) {
      harness.klaviyo.trouble({ goneList });
      const named = () => harness.klaviyo.state(TARGET).lists.filter(({ name }) => name === 'Taken (Constant Contact)');
      const [gone] = named();
      harness.klaviyo.deleteList(TARGET, gone?.id ?? '');
      await harness.publish(outgoing.contact(contact(id, { listIds: ['c'] })));
      await settle();
      const members = named().map((each) => each.members.map((email) => email.split('@')[0]).sort());
      expect(members).toEqual([everybody]);
    }
    harness.klaviyo.trouble({ goneList: 'pointer' });
  }, 60_000);

  it('runs lost, cancelled and unidentified import jobs again', async () => {
    harness.klaviyo.trouble({ cancelNext: 1, emptyIdNext: 1 });
    harness.klaviyo.fault({ kind: 'reset_after', endpoint: 'POST /api/profile-bulk-import-jobs', count: 1 });
    await harness.publish(outgoing.contact(contact('carl')), outgoing.contact(contact('dora')));
    await settle();
    expect(harness.person(email('carl'))).toMatchObject({ first_name: 'First carl', consent: 'SUBSCRIBED' });
    expect(harness.person(email('dora'))).toMatchObject({ first_name: 'First dora', consent: 'SUBSCRIBED' });
  }, 90_000);

  it('whose import job never ends, or is not known any more, gets its people in another one', async () => {
    const endpoint = 'GET /api/profile-bulk-import-jobs/{job_id}';
    const attributes = { status: 'processing', total_count: 1, completed_count: 0, failed_count: 0 };
    const body = JSON.stringify({ data: { type: 'profile-bulk-import-job', id: 'X', attributes } });
    harness.klaviyo.fault({ kind: 'status', status: 200, body, endpoint });
    await harness.publish(outgoing.contact(contact('stella')));
    await harness.until(() => (harness.person(email('stella')) ? true : undefined));
    const jobs = async () =>
      (await harness.ledger.query('SELECT id FROM ledger.jobs')).rows.map(({ id }) => String(id));
    const [first] = await harness.until(async () => ((await jobs()).length > 0 ? jobs() : undefined));
    await harness.ledger.query(`UPDATE ledger.jobs SET created_at = now() - interval '2 hours' WHERE id = $1`, [first]);
    await harness.until(async () => ((await jobs()).some((id) => id !== first) ? true : undefined));
    harness.klaviyo.clearFaults();
    const missing = JSON.stringify({
      errors: [{ id: 'x', status: 404, code: 'not_found', title: 'No', detail: 'No' }],
    });
    harness.klaviyo.fault({ kind: 'status', status: 404, body: missing, endpoint, count: 1 });
    await settle();
    expect(harness.person(email('stella'))).toMatchObject({ consent: 'SUBSCRIBED' });
  }, 60_000);

  it('subscribes once although the answer got lost, and again when the request did', async () => {
    harness.klaviyo.fault({
      kind: 'reset_after',
      endpoint: 'POST /api/profile-subscription-bulk-create-jobs',
      count: 1,
    });
    const before = harness.writes().length;
    await harness.publish(outgoing.contact(contact('emil')));
    await settle();
    const subscribes = (from: number) =>
      harness
        .writes()
        .slice(from)
        .filter((each) => each.includes('subscription-bulk-create'));
    expect(subscribes(before)).toHaveLength(1);
    harness.klaviyo.fault({
      kind: 'reset_before',
      endpoint: 'POST /api/profile-subscription-bulk-create-jobs',
      count: 1,
    });
    await harness.publish(outgoing.contact(contact('fritz')));
    await settle();
    expect(subscribes(before)).toHaveLength(2);
    expect(harness.person(email('fritz'))).toMatchObject({ consent: 'SUBSCRIBED' });
  }, 90_000);

  it('that refuses people gets everybody else, and the refused are in the dead letters', async () => {
    harness.klaviyo.trouble({ failEmails: [email('gina')] });
    await harness.publish(outgoing.contact(contact('gina')), outgoing.contact(contact('hugo')));
    await settle();
    await harness.publish(outgoing.activity(activity('gina', 1)));
    const progress = await settle();
    expect(progress.streams.contacts.outcomes.rejected).toEqual({ 'klaviyo.invalid': 1 });
    expect(progress.streams.activities.outcomes.skipped).toMatchObject({ person_rejected: 1 });
    expect(harness.person(email('hugo'))).toMatchObject({ consent: 'SUBSCRIBED' });
    const letters = await readTopic(harness.kafka, 'dead-letters');
    const refused = letters.filter(({ value }) => value.stream === 'contacts');
    expect(refused.map(({ value }) => value)).toEqual([
      expect.objectContaining({ code: 'klaviyo.invalid', sourceId: 'gina', stream: 'contacts', target: TARGET }),
    ]);
    expect(refused[0]?.value.value?.length).toBeGreaterThan(20);
  }, 60_000);

  it('that counts a failure and names nobody: whoever does not exist afterwards is meant', async () => {
    harness.klaviyo.trouble({ failEmails: [email('oskar')] });
    const endpoint = 'GET /api/profile-bulk-import-jobs/{id}/import-errors';
    harness.klaviyo.fault({ kind: 'status', status: 200, body: '{"data":[],"links":{}}', endpoint });
    await harness.publish(outgoing.contact(contact('oskar')), outgoing.contact(contact('paula')));
    const { streams } = await settle();
    harness.klaviyo.trouble({ failEmails: [] });
    expect(streams.contacts.outcomes.rejected).toMatchObject({ 'klaviyo.unexplained': 1 });
    expect(harness.person(email('oskar'))).toBeUndefined();
    expect(harness.person(email('paula'))).toMatchObject({ consent: 'SUBSCRIBED' });
  }, 60_000);

  it('that counts failures of people who exist and names nobody: they are found in ever smaller jobs', async () => {
    const jobs = () => harness.writes().filter((each) => each.includes('profile-bulk-import-jobs')).length;
    await harness.publish(...['quinn', 'rosa', 'sven'].map((id) => outgoing.contact(contact(id))));
    await settle();
    harness.klaviyo.trouble({ failEmails: [email('quinn')] });
    const endpoint = 'GET /api/profile-bulk-import-jobs/{id}/import-errors';
    harness.klaviyo.fault({ kind: 'status', status: 200, body: '{"data":[],"links":{}}', endpoint });
    const before = jobs();
    await harness.publish(
      ...['quinn', 'rosa', 'sven'].map((id) => outgoing.contact(contact(id, { firstName: 'New' }))),
    );
    const { streams } = await settle();
    harness.klaviyo.trouble({ failEmails: [] });
    expect(streams.contacts.outcomes.rejected).toMatchObject({ 'klaviyo.unexplained': 2 });
    expect(harness.person(email('quinn'))).toMatchObject({ first_name: 'First quinn' });
    expect(harness.person(email('rosa'))).toMatchObject({ first_name: 'New' });
    expect(harness.person(email('sven'))).toMatchObject({ first_name: 'New' });
    expect(jobs() - before).toBeLessThanOrEqual(9);
  }, 90_000);

  it('that refuses an opt-out of somebody whom it knows gets it again (invariant 3)', async () => {
    harness.klaviyo.person(TARGET, { email: email('petra'), action: 'subscribe' });
    const endpoint = 'POST /api/profile-subscription-bulk-delete-jobs';
    harness.klaviyo.fault({ kind: 'status', status: 400, body: '<html>no</html>', endpoint, count: 1 });
    const body = JSON.stringify({ errors: [{ id: 'x', status: 400, code: 'invalid', title: 'No', detail: 'No' }] });
    harness.klaviyo.fault({ kind: 'status', status: 400, body, endpoint, count: 1 });
    await harness.publish(outgoing.contact(contact('petra', { permission: 'unsubscribed', optOutAt: 1 })));
    await settle();
    expect(harness.person(email('petra'))).toMatchObject({ consent: 'UNSUBSCRIBED', first_name: 'First petra' });
  }, 60_000);

  it('that takes no credential holds the work back until it gets another one', async () => {
    const key = harness.auth.keys.get(TARGET)?.key ?? '';
    const refusals = () =>
      Object.values(harness.klaviyo.counts()).reduce((sum, { statuses }) => sum + (statuses['401'] ?? 0), 0);
    harness.klaviyo.revoke(key);
    await harness.publish(outgoing.contact(contact('ida')));
    await harness.markAll();
    await harness.until(() => (refusals() > 0 ? true : undefined));
    harness.klaviyo.addKey(TARGET, `${key}2`);
    harness.auth.keys.set(TARGET, { key: `${key}2`, generation: 2 });
    await harness.settled(replica);
    expect(harness.person(email('ida'))).toMatchObject({ consent: 'SUBSCRIBED' });
  }, 60_000);

  it('that misses a scope is told of in words until it gets another credential', async () => {
    const { key = '', generation = 0 } = harness.auth.keys.get(TARGET) ?? {};
    const endpoint = 'POST /api/profile-suppression-bulk-create-jobs';
    const body = JSON.stringify({ errors: [{ id: 'x', code: 'permission_denied', title: 'No.', detail: 'No.' }] });
    harness.klaviyo.fault({ kind: 'status', status: 403, body, endpoint });
    const refusal = async () => (await harness.progress(replica)).refusal;
    await harness.publish(outgoing.contact(contact('hugo', { permission: 'temp_hold' })));
    const met = await harness.until(async () => (await refusal()) ?? undefined);
    expect(met.words).toContain(`${endpoint} needs profiles:write, subscriptions:write`);
    harness.klaviyo.clearFaults();
    harness.auth.keys.set(TARGET, { key, generation: generation + 1 });
    await harness.settled(replica);
    expect(harness.person(email('hugo'))).toMatchObject({ mailable: false });
    expect(await refusal()).toBeNull();
  }, 60_000);

  it('keeps an opt-out that meets a subscription in flight', async () => {
    harness.klaviyo.trouble({ delays: { subscribe: [400_000, 400_000], unsubscribe: [20_000, 20_000] } });
    await harness.publish(outgoing.contact(contact('karl')));
    await harness.until(() =>
      harness.klaviyo
        .writes(TARGET)
        .some(({ endpoint, rows }) => endpoint.includes('subscription-bulk-create') && rows.includes(email('karl')))
        ? true
        : undefined,
    );
    await harness.publish(
      outgoing.contact(contact('karl', { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 5, 1) })),
      outgoing.suppression(suppression('karl', { occurredAt: Date.UTC(2025, 5, 1) })),
    );
    const progress = await settle();
    expect(harness.person(email('karl'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    expect(progress.streams.suppressions.outcomes).toMatchObject({ delivered: 1 });
  }, 90_000);
});
