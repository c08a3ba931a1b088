import { importBody, row, TestClient } from './test-client.js';

const jobs = '/api/profile-bulk-import-jobs';

describe('bulk import', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  it('upserts, joins the list, and lists what it made', async () => {
    const list = client.simulator.createList('AcctA1', 'News');
    const accepted = await client.post(
      jobs,
      importBody([row('A@Shop.io', { first_name: 'Ann' }), row('b@shop.io')], list),
    );
    expect(accepted.status).toBe(202);
    expect(accepted.json.data.attributes).toMatchObject({ status: 'queued', total_count: 2, completed_at: null });
    const id = accepted.json.data.id as string;
    const done = await client.get(`${jobs}/${id}`);
    expect(done.json.data.attributes).toMatchObject({ status: 'complete', completed_count: 2, failed_count: 0 });
    const created = Date.parse(done.json.data.attributes.created_at as string);
    expect(Date.parse(done.json.data.attributes.expires_at as string) - created).toBe(7 * 24 * 3600 * 1000);
    expect((await client.get(`${jobs}/${id}/profiles?page[size]=1`)).json.data).toHaveLength(1);
    expect((await client.get(`/api/lists/${list}/relationships/profiles`)).json.data).toHaveLength(2);
    const person = await client.person('a@shop.io');
    expect(person.attributes).toMatchObject({ email: 'a@shop.io', first_name: 'Ann' });
    // Never subscribed, and mailable all the same.
    expect(person.attributes.subscriptions.email.marketing).toMatchObject({
      consent: 'NEVER_SUBSCRIBED',
      can_receive_email_marketing: true,
    });
  });

  it.each([
    ['an invalid e-mail', row('a@b'), 'attributes/email'],
    ['an e-mail of 101 characters', row(`${'a'.repeat(60)}@${'b'.repeat(36)}.com`), 'attributes/email'],
    ['a blank in the e-mail', row('a b@shop.io'), 'attributes/email'],
    ['a phone that is not E.164', row('a@shop.io', { phone_number: '0171 1234' }), 'attributes/phone_number'],
    ['no identifier', { type: 'profile', attributes: { first_name: 'x' } }, 'attributes'],
    ['an unknown attribute', row('a@shop.io', { nick: 'x' }), 'attributes/nick'],
    ['consent', row('a@shop.io', { subscriptions: {} }), 'attributes/subscriptions'],
    ['a number for a name', row('a@shop.io', { first_name: 5 }), 'attributes/first_name'],
    ['100 KB', row('a@shop.io', { properties: { x: 'y'.repeat(100_001) } }), ''],
  ])('refuses all rows for %s in one of them', async (_, bad, where) => {
    const answer = await client.post(jobs, importBody([row('good@shop.io'), bad]));
    expect(answer.status).toBe(400);
    const pointer = `/data/attributes/profiles/data/1${where === '' ? '' : `/${where}`}`;
    expect(answer.json.errors[0]).toMatchObject({ status: 400, code: 'invalid', source: { pointer } });
    expect(await client.person('good@shop.io')).toBeUndefined();
    expect(client.simulator.writes('AcctA1')).toEqual([]);
  });

  it('names every bad row in one answer', async () => {
    const answer = await client.post(jobs, importBody([row('x'), row('good@shop.io'), row('y')]));
    const errors = answer.json.errors as { source: { pointer: string } }[];
    expect(errors.map((each) => each.source.pointer)).toEqual([
      '/data/attributes/profiles/data/0/attributes/email',
      '/data/attributes/profiles/data/2/attributes/email',
    ]);
  });

  it.each([
    ['no rows', importBody([]), 400],
    ['10,001 rows', importBody(Array.from({ length: 10_001 }, (_, at) => row(`p${at}@shop.io`))), 400],
    ['an unknown list', importBody([row('a@shop.io')], 'nolist'), 400],
    [
      'over 5 MB',
      importBody(Array.from({ length: 60 }, (_, at) => row(`p${at}@shop.io`, { title: 'x'.repeat(90_000) }))),
      413,
    ],
  ])('refuses %s', async (_, body, status) => {
    expect((await client.post(jobs, body)).status).toBe(status);
  });

  it('clears with null, keeps what is absent, merges properties, unsets by name, and leaves company_id', async () => {
    await client.post(
      jobs,
      importBody([row('a@shop.io', { first_name: 'Ann', title: 'Dr', properties: { x: 1, y: 2, z: 3 } })]),
    );
    const patch = { patch_properties: { unset: ['y'] } };
    await client.post(jobs, importBody([row('a@shop.io', { first_name: null, properties: { x: 9 } }, patch)]));
    expect((await client.person('a@shop.io')).attributes).toMatchObject({ first_name: null, title: 'Dr' });
    expect((await client.person('a@shop.io')).attributes.properties).toEqual({ x: 9, z: 3, company_id: 'AcctA1' });
  });

  it('renames the person of a known phone, and fails the row whose identifiers belong to two people', async () => {
    await client.post(jobs, importBody([row('a@shop.io', { phone_number: '+14155552671' }), row('c@shop.io')]));
    const before = await client.person('a@shop.io');
    await client.post(jobs, importBody([row('b@shop.io', { phone_number: '+14155552671' })]));
    expect((await client.person('b@shop.io')).id).toBe(before.id);
    expect(await client.person('a@shop.io')).toBeUndefined();
    expect(client.simulator.audit('AcctA1', 'a@shop.io').at(-1)).toMatchObject({ exists: false, mailable: false });
    const both = await client.post(jobs, importBody([row('c@shop.io', { phone_number: '+14155552671' })]));
    const errors = await client.get(`${jobs}/${both.json.data.id}/import-errors`);
    expect(errors.json.data[0].attributes).toMatchObject({
      code: 'duplicate_profile',
      original_payload: { email: 'c@shop.io', phone_number: '+14155552671' },
    });
  });

  it('never merges by external id, and fails a row with an unknown id', async () => {
    const rows = [row('a@shop.io', { external_id: 'x1' }), row('b@shop.io', { external_id: 'x1' })];
    const unknown = { type: 'profile', id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', attributes: { first_name: 'x' } };
    const accepted = await client.post(jobs, importBody([...rows, unknown]));
    expect((await client.person('a@shop.io')).id).not.toBe((await client.person('b@shop.io')).id);
    const errors = await client.get(`${jobs}/${accepted.json.data.id}/import-errors`);
    expect(errors.json.data).toMatchObject([{ attributes: { code: 'not_found' } }]);
  });

  it('reports failed rows over several pages of a job that is complete', async () => {
    const emails = Array.from({ length: 150 }, (_, at) => `p${at}@shop.io`);
    client.simulator.trouble({ failEmails: emails });
    const accepted = await client.post(jobs, importBody([...emails, 'good@shop.io'].map((email) => row(email))));
    const path = `${jobs}/${accepted.json.data.id}`;
    expect((await client.get(path)).json.data.attributes).toMatchObject({
      status: 'complete',
      failed_count: 150,
      completed_count: 1,
    });
    const first = await client.get(`${path}/import-errors?page[size]=100`);
    expect(first.json.data).toHaveLength(100);
    expect(first.json.links.prev).not.toBeNull();
    const second = await client.get(first.json.links.next as string);
    expect(second.json.data).toHaveLength(50);
    expect(second.json.links.next).toBeNull();
    expect(second.json.data[0].attributes.original_payload).toEqual({ email: 'p100@shop.io' });
    expect((await client.get(`${path}/import-errors?page[size]=101`)).status).toBe(400);
  });

  it('runs later, in its own time, and may be cancelled half way', async () => {
    client.simulator.trouble({ delays: { importStart: [2000, 2000], importRun: [3000, 3000] }, cancelNext: 1 });
    const accepted = await client.post(jobs, importBody([row('a@shop.io'), row('b@shop.io')]));
    const status = async (): Promise<unknown> => {
      const answer = await client.get(`${jobs}/${accepted.json.data.id}`);
      return answer.json.data.attributes.status as unknown;
    };
    expect(await status()).toBe('queued');
    client.clock.advance(2000);
    expect(await status()).toBe('processing');
    expect(await client.person('a@shop.io')).toBeUndefined();
    client.clock.advance(3000);
    expect(await status()).toBe('cancelled');
    expect(await client.person('a@shop.io')).toBeDefined();
    expect(await client.person('b@shop.io')).toBeUndefined();
  });

  it('may answer an empty id, which leads to the list of jobs; forgets jobs after 7 days', async () => {
    client.simulator.trouble({ emptyIdNext: 1 });
    const empty = await client.post(jobs, importBody([row('a@shop.io')]));
    expect(empty.json.data.id).toBe('');
    expect((await client.get(`${jobs}/`)).json.data).toHaveLength(1);
    const id = (await client.get(jobs)).json.data[0].id as string;
    expect((await client.get(`${jobs}/${id}`)).status).toBe(200);
    client.clock.advance(7 * 24 * 3600 * 1000);
    expect((await client.get(`${jobs}/${id}`)).status).toBe(404);
    expect((await client.get(`${jobs}/nonsense`)).status).toBe(400);
  });

  it('notes an address that is twice in a job', async () => {
    await client.post(jobs, importBody([row('a@shop.io'), row('A@shop.io')]));
    expect(client.simulator.violations()).toMatchObject([{ problem: '1 rows repeat an e-mail of the same job' }]);
  });
});

describe('profile-import', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  it('answers 201, then 200, then 409 for identifiers of two people', async () => {
    const send = (email: string, more = {}): ReturnType<TestClient['post']> =>
      client.post('/api/profile-import', { data: row(email, more) });
    expect((await send('a@shop.io', { phone_number: '+14155552671' })).status).toBe(201);
    expect((await send('A@shop.io')).status).toBe(200);
    expect((await send('b@shop.io')).status).toBe(201);
    const clash = await send('b@shop.io', { phone_number: '+14155552671' });
    expect(clash.status).toBe(409);
    expect(clash.json.errors[0]).toMatchObject({
      code: 'duplicate_profile',
      source: { pointer: '/data/attributes' },
      meta: { duplicate_profile_id: (await client.person('a@shop.io')).id },
    });
    const existing = await client.post('/api/profiles', { data: row('b@shop.io') });
    expect(existing.status).toBe(409);
    const { id } = await client.person('b@shop.io');
    const body = { data: { type: 'profile', id, attributes: { email: 'a@shop.io' } } };
    expect((await client.call('PATCH', `/api/profiles/${id}`, body)).status).toBe(409);
    body.data.attributes.email = 'c@shop.io';
    expect((await client.call('PATCH', `/api/profiles/${id}`, body)).json.data.attributes.email).toBe('c@shop.io');
  });

  it('gives a profile another address, under which everything is that it had', async () => {
    const { simulator } = client;
    const list = simulator.createList('AcctA1', 'News');
    await client.post(jobs, importBody([row('a@shop.io', { phone_number: '+14155552671' })], list));
    simulator.person('AcctA1', { email: 'a@shop.io', action: 'unsubscribe' });
    const [before] = simulator.state('AcctA1').profiles;
    const id = before?.id ?? '';
    const body = { data: { type: 'profile', id, attributes: { email: 'B@shop.io' } } };
    expect((await client.call('PATCH', `/api/profiles/${id}`, body)).status).toBe(200);
    const { profiles, lists } = simulator.state('AcctA1');
    expect(profiles).toMatchObject([
      { id, email: 'b@shop.io', phone: '+14155552671', consent: 'UNSUBSCRIBED', suppressions: before?.suppressions },
    ]);
    expect(lists).toMatchObject([{ members: ['b@shop.io'] }]);
    expect(simulator.audit('AcctA1', 'a@shop.io').at(-1)).toMatchObject({ exists: false, mailable: false });
    expect(simulator.audit('AcctA1', 'b@shop.io')).toMatchObject([{ mailable: false }]);
    // Whoever is written to under the old address is made anew.
    await client.post(jobs, importBody([row('a@shop.io')]));
    expect((await client.person('a@shop.io')).id).not.toBe(id);
  });
});
