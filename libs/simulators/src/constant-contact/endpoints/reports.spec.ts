import { TestCaller } from '../test-caller.fixture.js';

describe('the simulated reports', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  it('give rows newest first, all of them, while new ones arrive', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const account = caller.simulator.account();
    const activity = account.campaigns.find(({ status, vanished }) => status === 'Done' && vanished !== true)
      ?.activities[0];
    const before = activity?.rows.opens.length ?? 0;
    const path = `/v3/reports/email_reports/${activity?.id}/tracking/opens?limit=7`;
    const first = await caller.json(path, token);
    const contact = account.contacts.find((one) => one.email !== undefined)?.id ?? '';
    caller.simulator.change(account.id, {
      kind: 'engage',
      contactId: contact,
      activityId: activity?.id ?? '',
      type: 'opens',
      times: 2,
    });
    const rest = await caller.walk(first._links.next.href as string, token, 'tracking_activities');
    expect(first.tracking_activities.length + rest.length).toBe(before);
    const times = [...first.tracking_activities, ...rest].map((one) => one.created_time as string);
    expect(times).toEqual([...times].sort().reverse());
    const [newest, twin] = (await caller.json(path, token)).tracking_activities;
    expect(newest).toEqual(twin);
  });

  it('answer an unsent activity with an empty list, a vanished campaign and a removed activity with 404', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const { campaigns } = caller.simulator.account();
    const draft = campaigns.find(({ status }) => status === 'Draft');
    expect(
      (await caller.json(`/v3/reports/email_reports/${draft?.activities[0]?.id}/tracking/opens`, token))
        .tracking_activities,
    ).toEqual([]);
    const vanished = campaigns.find((one) => one.vanished);
    expect((await caller.get(`/v3/emails/${vanished?.id}`, token)).status).toBe(404);
    const removed = campaigns.find(({ status }) => status === 'Removed');
    for (const path of ['emails/activities/ID', 'reports/email_reports/ID/tracking/opens'])
      expect((await caller.get(`/v3/${path.replace('ID', removed?.activities[0]?.id ?? '')}`, token)).status).toBe(404);
    expect((await caller.json(`/v3/emails/${draft?.id}`, token)).current_status).toBe('DRAFT');
  });

  it('trail the rows in the statistics until the next refresh', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const account = caller.simulator.account();
    const activity =
      account.campaigns.find(({ status, vanished }) => status === 'Done' && vanished !== true)?.activities[0]?.id ?? '';
    const opens = async (): Promise<number> => {
      const { stats } = (await caller.json(`/v3/reports/stats/email_campaign_activities/${activity}`, token))
        .results[0];
      return (stats['em_opens_all'] ?? stats['em_opens.all']) as number;
    };
    caller.clock.advance(1000);
    const before = await opens();
    const contact = account.contacts.find((one) => one.email !== undefined)?.id ?? '';
    caller.simulator.change(account.id, { kind: 'engage', contactId: contact, activityId: activity, type: 'opens' });
    expect(await opens()).toBe(before);
    caller.clock.advance(300_000);
    expect(await opens()).toBe(before + 1);
  });

  it('answer one malformed id among many with 404, an unknown one as an error beside the others or with 404', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const good = caller.simulator.account().campaigns[0]?.activities[0]?.id ?? '';
    const path = '/v3/reports/stats/email_campaign_activities/';
    expect((await caller.get(`${path}${good},nonsense`, token)).status).toBe(404);
    const mixed = await caller.json(`${path}${good},00000000-0000-4000-a000-000000000000`, token);
    expect([mixed.results.length, mixed.errors.length]).toEqual([1, 1]);
    expect((await caller.get(`${path}${good},00000000-0000-4000-a000-000000000000`, token)).status).toBe(404);
  });
});
