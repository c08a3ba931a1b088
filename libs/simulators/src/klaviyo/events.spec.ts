import { eventsBody, TestClient, type TestEvent } from './test-client.js';

const bulk = '/api/event-bulk-create-jobs';
const account = 'AcctA1';

describe('events', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  it('make their person exist and mailable, and read back with $event_id', async () => {
    const event = {
      email: 'New@shop.io',
      uniqueId: 'u1',
      properties: { Subject: 'Hi', none: null, zero: 0, empty: '' },
    };
    const answer = await client.post(bulk, eventsBody([event]));
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(await client.marketing('new@shop.io')).toMatchObject({
      consent: 'NEVER_SUBSCRIBED',
      can_receive_email_marketing: true,
    });
    const [metric] = (await client.get('/api/metrics')).json.data;
    expect(metric.attributes).toMatchObject({ name: 'Opened', integration: { name: 'API', category: 'API' } });
    const read = await client.get(`/api/events?filter=equals(metric_id,"${metric.id}")&include=profile,metric`);
    expect(read.json.data[0].attributes).toMatchObject({
      datetime: '2026-01-01T00:00:00+00:00',
      event_properties: { Subject: 'Hi', $event_id: 'u1' },
    });
    expect(read.json.data[0].attributes.event_properties).not.toHaveProperty('zero');
    expect(read.json.included).toHaveLength(2);
    expect(client.simulator.events(account)).toMatchObject([{ email: 'new@shop.io', uniqueId: 'u1', backfill: true }]);
  });

  it('are kept once per profile, metric and unique_id', async () => {
    const events: TestEvent[] = [{ uniqueId: 'u1' }, { uniqueId: 'u2' }];
    await client.post(bulk, eventsBody(events));
    await client.post(bulk, eventsBody(events));
    expect(client.simulator.state(account).metrics).toMatchObject([{ events: 2 }]);
    await client.post(
      bulk,
      eventsBody([
        { uniqueId: 'u1', metric: 'Clicked' },
        { uniqueId: 'u1', email: 'b@shop.io' },
      ]),
    );
    expect(client.simulator.events(account)).toHaveLength(4);
  });

  it('without unique_id are one per second', async () => {
    await client.post(bulk, eventsBody([{ time: '2026-01-01T00:00:00.1Z' }, { time: '2026-01-01T00:00:00.9Z' }]));
    expect(client.simulator.events(account)).toHaveLength(1);
  });

  it('of test-looking addresses are accepted and dropped', async () => {
    const answer = await client.post(bulk, eventsBody([{ email: 'a@example.com' }, { email: 'a@test.com' }]));
    expect(answer.status).toBe(202);
    expect(client.simulator.state(account).profiles).toEqual([]);
  });

  it('with embedded fields overwrite the profile', async () => {
    client.simulator.person(account, { email: 'a@shop.io', action: 'create', attributes: { first_name: 'New' } });
    await client.post(bulk, eventsBody([{ uniqueId: 'u1', profile: { first_name: 'Old' } }]));
    expect((await client.person('a@shop.io')).attributes.first_name).toBe('Old');
  });

  const nested = (depth: number): unknown => (depth === 0 ? 1 : { x: nested(depth - 1) });
  it.each<[string, TestEvent, string]>([
    ['a bad e-mail', { email: 'bad' }, 'profile/data/attributes/email'],
    ['an empty unique_id', { uniqueId: '' }, 'events/data/0/attributes/unique_id'],
    ['a unique_id of 256', { uniqueId: 'x'.repeat(256) }, 'events/data/0/attributes/unique_id'],
    ['a numeric time', { time: 1700000000 }, 'events/data/0/attributes/time'],
    ['a time of 1989', { time: '1989-01-01T00:00:00Z' }, 'events/data/0/attributes/time'],
    ['a time in two years', { time: '2028-11-02T00:00:00Z' }, 'events/data/0/attributes/time'],
    ['a day that is not', { time: '2026-02-30T00:00:00Z' }, 'events/data/0/attributes/time'],
    ['a long metric name', { metric: 'x'.repeat(128) }, 'events/data/0/attributes/metric/data/attributes/name'],
    [
      '401 properties',
      { properties: Object.fromEntries(Array.from({ length: 401 }, (_, at) => [at, 1])) },
      'events/data/0/attributes/properties',
    ],
    ['deep nesting', { properties: { x: nested(11) } }, 'events/data/0/attributes/properties'],
    [
      'a long array',
      { properties: { x: Array.from({ length: 4001 }, () => 1) } },
      'events/data/0/attributes/properties',
    ],
    ['a text over 100 KB', { properties: { x: 'y'.repeat(100_001) } }, 'events/data/0/attributes/properties'],
    ['a repeated unique_id', { uniqueId: 'good' }, 'events/data/0/attributes/unique_id'],
  ])('are all refused for %s in one', async (_, bad, pointer) => {
    const answer = await client.post(bulk, eventsBody([{ uniqueId: 'good' }, bad]));
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0].source.pointer).toBe(
      `/data/attributes/events-bulk-create/data/1/attributes/${pointer}`,
    );
    expect(client.simulator.events(account)).toEqual([]);
  });

  it('are at most 1000 in a request', async () => {
    const events = Array.from({ length: 1001 }, (_, at) => ({ uniqueId: String(at) }));
    expect((await client.post(bulk, eventsBody(events))).status).toBe(400);
    expect((await client.post(bulk, eventsBody(events.slice(1)))).status).toBe(202);
    expect(client.simulator.events(account)).toHaveLength(1000);
    const metric = client.simulator.state(account).metrics[0]?.id;
    let path = `/api/events?filter=equals(metric_id,"${metric}")&page[size]=1000&sort=datetime`;
    const seen = new Set<string>();
    for (let pages = 0; path !== '' && pages < 10; pages++) {
      const page = await client.get(path);
      expect(page.json.data.length).toBeLessThanOrEqual(200);
      for (const { id } of page.json.data as { id: string }[]) seen.add(id);
      path = (page.json.links.next as string | null) ?? '';
    }
    expect(seen.size).toBe(1000);
  });

  it('may come one by one, with a value', async () => {
    const body = {
      data: {
        type: 'event',
        attributes: {
          properties: {},
          time: '2026-01-01T00:00:00Z',
          value: 5,
          unique_id: 'u1',
          metric: { data: { type: 'metric', attributes: { name: 'Bought' } } },
          profile: { data: { type: 'profile', attributes: { email: 'a@shop.io' } } },
        },
      },
    };
    expect((await client.post('/api/events', body)).status).toBe(202);
    expect(client.simulator.events(account)).toMatchObject([{ value: 5, backfill: false }]);
  });

  it('are found by integration name, not by category', async () => {
    await client.post(bulk, eventsBody([{}]));
    expect((await client.get('/api/metrics?filter=equals(integration.name,"API")')).json.data).toHaveLength(1);
    expect((await client.get('/api/metrics?filter=equals(integration.category,"API")')).json.data).toHaveLength(0);
    expect((await client.get('/api/metrics?page[size]=10')).status).toBe(400);
  });
});

describe('metric aggregates', () => {
  let client: TestClient;
  let metric: string;

  beforeEach(async () => {
    client = await TestClient.start();
    await client.post(
      bulk,
      eventsBody([
        { uniqueId: '1', time: '2026-01-01T05:00:00Z', properties: { Subject: 'A' } },
        { uniqueId: '2', time: '2026-01-02T05:00:00Z', properties: { Subject: 'A' } },
        { uniqueId: '3', time: '2026-01-02T06:00:00Z', properties: { Subject: 'B' }, email: 'b@shop.io' },
      ]),
    );
    metric = client.simulator.state(account).metrics[0]?.id ?? '';
  });
  afterEach(() => client.stop());

  const ask = (more: Record<string, unknown>): ReturnType<TestClient['post']> =>
    client.post('/api/metric-aggregates', {
      data: {
        type: 'metric-aggregate',
        attributes: {
          metric_id: metric,
          measurements: ['count', 'unique'],
          filter: ['greater-or-equal(datetime,2026-01-01T00:00:00)', 'less-than(datetime,2026-01-03T00:00:00)'],
          ...more,
        },
      },
    });

  it('count per day and by property', async () => {
    const plain = await ask({});
    expect(plain.json.data.attributes).toEqual({
      dates: ['2026-01-01T00:00:00+00:00', '2026-01-02T00:00:00+00:00'],
      data: [{ dimensions: [], measurements: { count: [1, 2], unique: [1, 2] } }],
    });
    expect((await ask({ by: ['Subject'], interval: 'month' })).json.data.attributes.data).toEqual([
      { dimensions: ['A'], measurements: { count: [2], unique: [1] } },
      { dimensions: ['B'], measurements: { count: [1], unique: [1] } },
    ]);
    expect(client.simulator.writes(account)).toHaveLength(1);
  });

  it.each([
    [{ sort: 'count' }],
    [{ page_size: 100 }],
    [{ filter: [] }],
    [{ filter: ['greater-or-equal(datetime,2024-01-01)', 'less-than(datetime,2026-01-03)'] }],
  ])('refuse %j', async (more) => {
    expect((await ask(more)).status).toBe(400);
  });
});
