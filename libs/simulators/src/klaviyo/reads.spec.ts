import { importBody, row, TestClient } from './test-client.js';

const account = 'AcctA1';

describe('lists', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  const create = (name: string): ReturnType<TestClient['post']> =>
    client.post('/api/lists', { data: { type: 'list', attributes: { name } } });

  it('may share a name, and are double opt-in by default', async () => {
    const [first, second] = [await create('News, big (one)'), await create('News, big (one)')];
    expect(first.json.data.id).not.toBe(second.json.data.id);
    expect(first.json.data.attributes.opt_in_process).toBe('double_opt_in');
    const named = (text: string) => client.get(`/api/lists?filter=${encodeURIComponent(`equals(name,${text})`)}`);
    expect((await named('"News, big (one)"')).json.data).toHaveLength(2);
    expect((await named('"News, \\"big\\" one"')).status).toBe(400);
    const any = encodeURIComponent(`any(id,["${first.json.data.id}","nolist"])`);
    expect((await client.get(`/api/lists?filter=${any}`)).json.data).toHaveLength(1);
  });

  it('come ten at a time, not oldest first, with a link before the first page', async () => {
    const made: string[] = [];
    for (let at = 0; at < 25; at++) {
      client.clock.advance(1000);
      made.push((await create(`List ${at}`)).json.data.id as string);
    }
    const seen: string[] = [];
    let path: string | null = '/api/lists';
    while (path !== null) {
      const page = await client.get(path);
      expect(page.json.data.length).toBeLessThanOrEqual(10);
      expect(page.json.links.prev).not.toBeNull();
      seen.push(...(page.json.data as { id: string }[]).map(({ id }) => id));
      path = page.json.links.next as string | null;
    }
    expect(new Set(seen)).toEqual(new Set(made));
    expect(seen).not.toEqual(made);
    const since = encodeURIComponent('greater-than(created,2026-11-01T00:00:20Z)');
    expect((await client.get(`/api/lists?filter=${since}`)).json.data).toHaveLength(5);
  });

  it('are renamed, deleted, and then not found', async () => {
    const { id } = (await create('Old')).json.data as { id: string };
    const body = { data: { type: 'list', id, attributes: { name: 'New' } } };
    expect((await client.call('PATCH', `/api/lists/${id}`, body)).json.data.attributes.name).toBe('New');
    expect((await client.call('DELETE', `/api/lists/${id}`)).status).toBe(204);
    expect((await client.get(`/api/lists/${id}`)).status).toBe(404);
    expect((await client.get(`/api/lists/${id}/profiles`)).status).toBe(404);
  });

  it('take members by profile id, all or none', async () => {
    const list = client.simulator.createList(account, 'News');
    const id = client.simulator.person(account, { email: 'a@shop.io', action: 'create' });
    const path = `/api/lists/${list}/relationships/profiles`;
    const unknown = await client.post(path, {
      data: [
        { type: 'profile', id },
        { type: 'profile', id: 'nobody' },
      ],
    });
    expect([unknown.status, unknown.json.errors[0].detail, unknown.json.errors[0].source.pointer]).toEqual([
      400,
      'Invalid profile IDs: nobody',
      '/data/',
    ]);
    const added = await client.post(path, { data: [{ type: 'profile', id }] });
    expect([added.status, added.text]).toEqual([204, '']);
    expect((await client.get(`/api/lists/${list}/profiles`)).json.data[0].attributes.email).toBe('a@shop.io');
    expect((await client.get(`/api/profiles/${id}/lists`)).json.data[0].id).toBe(list);
    expect((await client.call('DELETE', path, { data: [{ type: 'profile', id }] })).status).toBe(204);
    expect((await client.get(path)).json.data).toEqual([]);
  });
});

describe('profiles', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
    const rows = Array.from({ length: 120 }, (_, at) => row(`p${at}@shop.io`, { first_name: `P${at}` }));
    await client.post('/api/profile-bulk-import-jobs', importBody(rows));
  });
  afterEach(() => client.stop());

  const find = (filter: string, more = ''): ReturnType<TestClient['get']> =>
    client.get(`/api/profiles?filter=${encodeURIComponent(filter)}${more}`);

  it('are found by up to 100 addresses, in any case', async () => {
    const emails = Array.from({ length: 101 }, (_, at) => `"P${at}@shop.io"`);
    const found = await find(`any(email,[${emails.slice(0, 100).join(',')}])`, '&page[size]=100');
    expect(found.json.data).toHaveLength(100);
    expect((await find(`any(email,[${emails.join(',')}])`)).status).toBe(400);
  });

  it('show subscriptions only when asked, and only the fields asked for', async () => {
    const plain = await find('equals(email,"p1@shop.io")');
    expect(plain.json.data[0].attributes).not.toHaveProperty('subscriptions');
    const more =
      '&additional-fields[profile]=subscriptions&fields[profile]=email,subscriptions.email.marketing.consent';
    expect((await find('equals(email,"p1@shop.io")', more)).json.data[0].attributes).toEqual({
      email: 'p1@shop.io',
      subscriptions: { email: { marketing: { consent: 'NEVER_SUBSCRIBED' } } },
    });
  });

  it('are paged to the end', async () => {
    let path: string | null = '/api/profiles?page[size]=50';
    const sizes: number[] = [];
    while (path !== null) {
      const page = await client.get(path);
      sizes.push((page.json.data as unknown[]).length);
      path = page.json.links.next as string | null;
    }
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('are found by suppression', async () => {
    client.simulator.person(account, { email: 'p5@shop.io', action: 'bounce' });
    const found = await find('equals(subscriptions.email.marketing.suppression.reason,"HARD_BOUNCE")');
    expect(found.json.data).toHaveLength(1);
  });

  it.each([
    'equals(email,p1@shop.io)',
    'equals(nick,"x")',
    'contains(email,"shop")',
    'equals(email,"x"',
    'greater-than(created,"2026-01-01T00:00:00Z")',
    'any(email,"x")',
    '',
  ])('refuse the filter %s', async (filter) => {
    const answer = await find(filter);
    expect([answer.status, answer.json.errors[0].source]).toEqual([400, { parameter: 'filter' }]);
  });

  it('refuse a cursor of ones own', async () => {
    expect((await client.get('/api/profiles?page[cursor]=abc')).status).toBe(400);
  });

  it('are deleted with their events and memberships', async () => {
    const list = client.simulator.createList(account, 'News');
    client.simulator.person(account, { email: 'p1@shop.io', action: 'join', list });
    const profile = { type: 'profile', attributes: { email: 'p1@shop.io' } };
    const body = { data: { type: 'data-privacy-deletion-job', attributes: { profile: { data: profile } } } };
    expect((await client.post('/api/data-privacy-deletion-jobs', body)).status).toBe(202);
    expect(await client.person('p1@shop.io')).toBeUndefined();
    expect(client.simulator.state(account).lists[0]?.members).toEqual([]);
  });
});
