import { NOW, TestCaller } from '../test-caller.fixture.js';

describe('the simulated contacts', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  it('hide deleted ones unless asked, and show every one once in a still account', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const { contacts } = caller.simulator.account();
    const all = await caller.walk('/v3/contacts?status=all&limit=500', token, 'contacts');
    expect(new Set(all.map((one) => one.contact_id as string))).toEqual(
      new Set(contacts.filter(({ purgedAt }) => purgedAt === undefined).map(({ id }) => id)),
    );
    expect(all.some((one) => one.deleted_at?.length === 10)).toBe(true);
    expect(all.some((one) => one.deleted_at?.length > 10)).toBe(true);
    expect(
      all.some((one) => one.deleted_at !== undefined && one.email_address?.permission_to_send === 'explicit'),
    ).toBe(true);
    expect(all.some((one) => one.email_address === undefined)).toBe(true);
    const shown = await caller.walk('/v3/contacts?limit=500', token, 'contacts');
    expect(shown.every((one) => one.deleted_at === undefined)).toBe(true);
  });

  it('page by number with a cursor that carries the query, so that a purge makes the walk skip somebody', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const first = await caller.json(
      '/v3/contacts?status=all&limit=100&include=list_memberships&updated_after=2020-01-01T00:00:00Z',
      token,
    );
    const href = first._links.next.href as string;
    expect(href).toMatch(/^\/v3\/contacts\?cursor=/);
    const cursor = new URLSearchParams(
      Buffer.from(new URL(href, 'http://x').searchParams.get('cursor') ?? '', 'base64').toString(),
    );
    expect(Object.fromEntries(cursor)).toEqual({
      limit: '100',
      next: '2',
      status: 'all',
      include: 'list_memberships',
      updated_after: '2020-01-01T00:00:00Z',
    });
    const undisturbed = await caller.json(href, token);
    caller.simulator.change(caller.simulator.account().id, {
      kind: 'purge_contact',
      contactId: first.contacts[0].contact_id,
    });
    const shifted = await caller.json(href, token);
    expect(shifted.contacts[0].contact_id).toBe(undisturbed.contacts[1].contact_id);
  });

  it('leave the date where it is when people unsubscribe, move lists, are tagged or deleted', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const account = caller.simulator.account();
    const people = account.contacts.filter(
      (one) => one.deletedAt === undefined && one.email?.permission === 'explicit',
    );
    const [a, b, c, d, e] = people.map(({ id }) => id) as [string, string, string, string, string];
    caller.clock.advance(60_000);
    caller.simulator.change(
      account.id,
      { kind: 'unsubscribe', contactId: a, by: 'Contact' },
      { kind: 'move_lists', contactId: b, remove: [...(people[1]?.lists ?? [])] },
      { kind: 'retag', contactId: c, add: [account.tags[0]?.id ?? ''] },
      { kind: 'delete_contact', contactId: d },
      { kind: 'edit_contact', contactId: e, fields: { firstName: 'New' } },
    );
    const since = new Date(NOW).toISOString();
    const updated = await caller.walk(`/v3/contacts?status=all&updated_after=${since}`, token, 'contacts');
    expect(updated.map((one) => one.contact_id as string)).toEqual([e]);
    const out = await caller.walk(`/v3/contacts?status=all&optout_after=${since}`, token, 'contacts');
    expect(out.map((one) => one.contact_id as string)).toEqual([a]);
  });

  it('refuse a limit above 500, an odd status and a date whose plus was not encoded, with an array', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    for (const query of ['limit=501', 'status=everything', 'updated_after=2024-01-01T00:00:00+00:00']) {
      const answer = await caller.get(`/v3/contacts?${query}`, token);
      expect([query, answer.status]).toEqual([query, 400]);
      expect(await answer.json()).toEqual([expect.objectContaining({ error_key: 'contacts.api.validation.error' })]);
    }
  });

  it('ignore unknown parameters in silence, and note them', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    expect((await caller.get('/v3/contacts?list_ids=x', token)).status).toBe(200);
    expect((await caller.get('/v3/contact_lists?updated_after=2024-01-01T00:00:00Z', token)).status).toBe(200);
    expect((await caller.get('/v3/contact', token)).status).toBe(404);
    expect(caller.simulator.violations().map(({ kind, detail }) => [kind, detail])).toEqual([
      ['unknown_parameter', 'list_ids'],
      ['unknown_parameter', 'updated_after'],
      ['unknown_path', 'GET /v3/contact'],
    ]);
  });
});
