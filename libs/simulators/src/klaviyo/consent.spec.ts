import { importBody, row, subscribeBody, suppressBody, TestClient, unsubscribeBody } from './test-client.js';

const subscribe = '/api/profile-subscription-bulk-create-jobs';
const unsubscribe = '/api/profile-subscription-bulk-delete-jobs';
const suppress = '/api/profile-suppression-bulk-create-jobs';
const unsuppress = '/api/profile-suppression-bulk-delete-jobs';
const past = '2019-05-01T10:00:00+02:00';

describe('consent', () => {
  let client: TestClient;
  const account = 'AcctA1';

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  const reasons = async (email: string): Promise<string[]> =>
    ((await client.marketing(email)) as { suppression: { reason: string }[] }).suppression.map((each) => each.reason);

  it('subscribes historically with the original date, making people who are missing', async () => {
    const answer = await client.post(subscribe, subscribeBody([['New@shop.io', past]], { historical: true }));
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(await client.marketing('new@shop.io')).toMatchObject({
      consent: 'SUBSCRIBED',
      consent_timestamp: '2019-05-01T08:00:00+00:00',
      can_receive_email_marketing: true,
      double_optin: false,
    });
  });

  it.each([
    ['unsubscribe', [], true],
    ['complain', [], true],
    ['suppress', [], true],
    ['bounce', ['HARD_BOUNCE'], false],
    ['invalid', ['INVALID_EMAIL'], false],
  ] as const)('a subscription after "%s" leaves suppressions %j', async (action, left, mailable) => {
    client.simulator.person(account, { email: 'a@shop.io', action });
    expect(await client.marketing('a@shop.io')).toMatchObject({ can_receive_email_marketing: false });
    await client.post(subscribe, subscribeBody([['a@shop.io', past]], { historical: true }));
    expect(await reasons('a@shop.io')).toEqual(left);
    expect(await client.marketing('a@shop.io')).toMatchObject({ can_receive_email_marketing: mailable });
  });

  it('without list and historical import nobody new is made and nobody is subscribed', async () => {
    client.simulator.person(account, { email: 'known@shop.io', action: 'unsubscribe' });
    await client.post(subscribe, subscribeBody([['new@shop.io'], ['known@shop.io']]));
    expect(await client.person('new@shop.io')).toBeUndefined();
    expect(await client.marketing('known@shop.io')).toMatchObject({ consent: 'UNSUBSCRIBED' });
  });

  it.each([
    ['double_opt_in', undefined],
    ['single_opt_in', 'SUBSCRIBED'],
  ] as const)('with a list of %s somebody new is %s', async (optIn, consent) => {
    const list = client.simulator.createList(account, 'News', optIn);
    await client.post(subscribe, subscribeBody([['new@shop.io']], { list }));
    expect(client.simulator.state(account).profiles[0]?.consent).toBe(consent);
  });

  it('may drop a bad phone beside a good e-mail, told by a header', async () => {
    const body = subscribeBody([['a@shop.io', past]], { historical: true }) as {
      data: { attributes: { profiles: { data: { attributes: Record<string, unknown> }[] } } };
    };
    for (const each of body.data.attributes.profiles.data) each.attributes['phone_number'] = '123';
    expect((await client.post(subscribe, body)).status).toBe(400);
    client.simulator.trouble({ partialFailures: true });
    const answer = await client.post(subscribe, body);
    expect([answer.status, answer.headers.get('x-klaviyo-partial-failure')]).toEqual([202, 'true']);
    expect(await client.marketing('a@shop.io')).toMatchObject({ consent: 'SUBSCRIBED' });
  });

  it('drops test-looking addresses without a word', async () => {
    await client.post(subscribe, subscribeBody([['a@example.com', past]], { historical: true }));
    await client.post(unsubscribe, unsubscribeBody(['a@example.com']));
    await client.post(suppress, suppressBody(['a@example.com']));
    expect(await client.person('a@example.com')).toBeUndefined();
  });

  it.each([
    [
      'a bad e-mail',
      subscribeBody(
        [
          ['ok@shop.io', past],
          ['bad', past],
        ],
        { historical: true },
      ),
      '/1/attributes/email',
    ],
    ['no date', subscribeBody([['ok@shop.io', past], ['b@shop.io']], { historical: true }), '/consented_at'],
    ['a future date', subscribeBody([['b@shop.io', '2030-01-01T00:00:00Z']], { historical: true }), '/consented_at'],
    [
      'a date without offset',
      subscribeBody([['b@shop.io', '2019-01-01T00:00:00']], { historical: true }),
      '/consented_at',
    ],
    ['a date without historical import', subscribeBody([['b@shop.io', past]]), '/consented_at'],
    ['an unknown list', subscribeBody([['b@shop.io']], { list: 'nolist' }), '/data/relationships/list/data/id'],
    ['nobody', subscribeBody([]), '/data/attributes/profiles/data'],
    [
      '1001',
      subscribeBody(Array.from({ length: 1001 }, (_, at) => [`p${at}@shop.io`])),
      '/data/attributes/profiles/data',
    ],
    [
      'no subscriptions',
      {
        data: { type: 'profile-subscription-bulk-create-job', attributes: { profiles: { data: [row('a@shop.io')] } } },
      },
      '/subscriptions',
    ],
  ])('subscribing is refused for %s', async (_, body, pointer) => {
    const answer = await client.post(subscribe, body);
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0].source.pointer).toMatch(new RegExp(`${pointer}$`));
    expect(client.simulator.state(account).profiles).toEqual([]);
  });

  it('unsubscribes globally without a list, making people who are missing', async () => {
    const answer = await client.post(unsubscribe, unsubscribeBody(['new@shop.io']));
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(await client.marketing('new@shop.io')).toMatchObject({
      consent: 'UNSUBSCRIBED',
      can_receive_email_marketing: false,
      consent_timestamp: '2026-11-01T00:00:00+00:00',
      suppression: [{ reason: 'UNSUBSCRIBE' }],
    });
    // Made and suppressed in one step: there was no moment of mailability.
    expect(client.simulator.audit(account, 'new@shop.io')).toMatchObject([
      { mailable: false, consent: 'UNSUBSCRIBED' },
    ]);
  });

  it('with a list unsubscribes globally those who are not on it', async () => {
    const list = client.simulator.createList(account, 'News');
    client.simulator.person(account, { email: 'on@shop.io', action: 'subscribe' });
    client.simulator.person(account, { email: 'on@shop.io', action: 'join', list });
    client.simulator.person(account, { email: 'off@shop.io', action: 'subscribe' });
    await client.post(unsubscribe, unsubscribeBody(['on@shop.io', 'off@shop.io'], list));
    expect(await client.marketing('on@shop.io')).toMatchObject({
      consent: 'SUBSCRIBED',
      list_suppressions: [{ list_id: list }],
    });
    expect(await client.marketing('off@shop.io')).toMatchObject({
      consent: 'UNSUBSCRIBED',
      can_receive_email_marketing: false,
    });
  });

  it.each([
    ['unsubscribing', unsubscribe, unsubscribeBody(Array.from({ length: 101 }, (_, at) => `p${at}@shop.io`))],
    ['suppressing', suppress, suppressBody(Array.from({ length: 101 }, (_, at) => `p${at}@shop.io`))],
    ['suppressing a bad address', suppress, suppressBody(['ok@shop.io', 'bad'])],
    ['suppressing nobody', suppress, { data: { type: 'profile-suppression-bulk-create-job', attributes: {} } }],
  ])('refuses %s', async (_, path, body) => {
    expect((await client.post(path, body)).status).toBe(400);
  });

  it('suppresses later; until then completed_at lies and all counts are 0', async () => {
    client.simulator.trouble({ delays: { suppress: [5000, 5000] } });
    client.simulator.person(account, { email: 'known@shop.io', action: 'suppress' });
    const accepted = await client.post(suppress, suppressBody(['known@shop.io', 'new@shop.io']));
    const path = `${suppress}/${accepted.json.data.id}`;
    expect((await client.get(path)).json.data.attributes).toMatchObject({
      status: 'processing',
      total_count: 0,
      completed_count: 0,
      completed_at: expect.any(String),
    });
    expect(await client.person('new@shop.io')).toBeUndefined();
    client.clock.advance(5000);
    expect((await client.get(path)).json.data.attributes).toMatchObject({
      status: 'complete',
      total_count: 2,
      completed_count: 1,
      skipped_count: 1,
    });
    expect(await reasons('new@shop.io')).toEqual(['USER_SUPPRESSED']);
    expect(await client.marketing('new@shop.io')).toMatchObject({ consent: 'NEVER_SUBSCRIBED' });
  });

  it('lifts by hand only what was suppressed by hand', async () => {
    for (const action of ['suppress', 'unsubscribe', 'bounce'] as const) {
      client.simulator.person(account, { email: 'a@shop.io', action });
    }
    await client.post(unsuppress, suppressBody(['a@shop.io'], 'delete'));
    expect(await reasons('a@shop.io')).toEqual(['UNSUBSCRIBE', 'HARD_BOUNCE']);
  });

  it('a consent that ended without a suppression leaves the person mailable, until unsubscribed', async () => {
    client.simulator.person(account, { email: 'a@shop.io', action: 'withdraw' });
    const word = { consent: 'UNSUBSCRIBED', can_receive_email_marketing: true, suppression: [] };
    expect(await client.marketing('a@shop.io')).toMatchObject(word);
    await client.post(unsubscribe, unsubscribeBody(['a@shop.io']));
    expect(await client.marketing('a@shop.io')).toMatchObject({ can_receive_email_marketing: false });
  });

  it('an import grants no consent, lifts nothing, and makes mailable', async () => {
    const list = client.simulator.createList(account, 'News');
    client.simulator.person(account, { email: 'out@shop.io', action: 'unsubscribe' });
    await client.post('/api/profile-bulk-import-jobs', importBody([row('out@shop.io'), row('new@shop.io')], list));
    expect(await client.marketing('out@shop.io')).toMatchObject({
      consent: 'UNSUBSCRIBED',
      can_receive_email_marketing: false,
    });
    expect(client.simulator.audit(account, 'new@shop.io')).toMatchObject([
      { mailable: true, exists: true, cause: { endpoint: 'POST /api/profile-bulk-import-jobs' } },
    ]);
  });

  it('effects come in the order of their delays, not of their requests', async () => {
    client.simulator.trouble({ delays: { subscribe: [1000, 1000], unsubscribe: [9000, 9000] } });
    await client.post(unsubscribe, unsubscribeBody(['a@shop.io']));
    await client.post(subscribe, subscribeBody([['a@shop.io', past]], { historical: true }));
    expect(client.simulator.pending()).toBe(2);
    client.clock.advance(1000);
    expect(await client.marketing('a@shop.io')).toMatchObject({ consent: 'SUBSCRIBED' });
    client.clock.advance(8000);
    expect(await client.marketing('a@shop.io')).toMatchObject({ consent: 'UNSUBSCRIBED' });
    expect(client.simulator.audit(account, 'a@shop.io').map((each) => each.mailable)).toEqual([true, false]);
  });

  it('an opt-out repeated by the API keeps its date; a fresh one by hand has a new one', async () => {
    const timestamp = async (): Promise<unknown> =>
      ((await client.marketing('a@shop.io')) as { consent_timestamp: unknown }).consent_timestamp;
    await client.post(unsubscribe, unsubscribeBody(['a@shop.io']));
    const first = await timestamp();
    client.clock.advance(60_000);
    await client.post(unsubscribe, unsubscribeBody(['a@shop.io']));
    expect(await timestamp()).toBe(first);
    client.simulator.person(account, { email: 'a@shop.io', action: 'unsubscribe' });
    expect(await timestamp()).not.toBe(first);
  });
});
