import { CLIENT, TestCaller } from './test-caller.fixture.js';

describe('the simulated limits', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  it('let four calls of a client id through in any sliding second, over all accounts', async () => {
    caller = await TestCaller.start({ limits: {} });
    const { access_token: token } = await caller.connect();
    const statuses: number[] = [];
    for (const wait of [0, 300, 300, 300, 99, 1, 0]) {
      caller.clock.advance(wait);
      statuses.push((await caller.get('/v3/account/summary', token)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 200, 429]);
    expect(caller.simulator.figures()[CLIENT.clientId]).toMatchObject({ calls: 7, throttled: 2, mostInASecond: 6 });
  });

  it('say quota_exceeded as a bare object until 00:00 UTC when the day is spent, without headers', async () => {
    caller = await TestCaller.start({ limits: { perDay: 3 } });
    const { access_token: token } = await caller.connect();
    for (let call = 0; call < 3; call += 1) await caller.get('/v3/account/summary', token);
    caller.clock.advance(11 * 3_600_000);
    const answer = await caller.get('/v3/account/summary', token);
    expect(await answer.json()).toEqual({ error_key: 'quota_exceeded', error_message: 'Limit Exceeded' });
    expect(answer.headers.get('retry-after')).toBeNull();
    caller.clock.advance(3_600_000);
    expect((await caller.get('/v3/account/summary', token)).status).toBe(200);
  });

  it('grow with speed', async () => {
    caller = await TestCaller.start({ limits: {}, speed: 10 });
    const { access_token: token } = await caller.connect();
    const statuses = await Promise.all(
      Array.from({ length: 41 }, async () => (await caller.get('/v3/account/summary', token)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
  });
});
