import { metricsRegistry } from '@portage/platform';
import { type Account, generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../test/poller/harness.js';
import { type Answer, PollerService } from '../../../test/poller/service.js';

describe('the poller service', () => {
  let harness: PollerHarness;
  let service: PollerService;
  let account: Account;

  beforeAll(async () => {
    account = generateAccount({ seed: 31, contacts: 600, lists: 6, campaigns: 5 });
    harness = await PollerHarness.start(account);
    // So that the first pass is still under way when a sync is asked for.
    harness.simulator.fault({ kind: 'slow', delayMs: 2000, endpoint: 'GET /v3/contacts', count: 1 });
    service = await PollerService.start(harness);
  });

  afterAll(async () => {
    await service.stop();
    await harness.stop();
  });

  const call = (...request: Parameters<PollerService['call']>): Promise<Answer> => service.call(...request);

  it('runs the first pass by itself; a sync that is asked for meanwhile joins it', async () => {
    const { status, body } = await call('POST', `/connections/${CONNECTION}/sync`, {});
    expect(status).toBe(202);
    let run: Answer;
    do {
      run = await call('GET', `/runs/${body.runId}`, undefined, 's'.repeat(32));
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (run.body.state !== 'done');
    expect(run.body).toMatchObject({
      runId: body.runId,
      connectionId: CONNECTION,
      first: true,
      state: 'done',
      reason: null,
    });
    expect(run.body.calls['/contacts']).toBeGreaterThan(1);
    expect(run.body.seconds.contacts).toBeGreaterThan(0);

    const source = await call('GET', `/connections/${CONNECTION}/source`);
    expect(source.body).toEqual(run.body.published);
    expect(source.body.contacts).toBe(account.contacts.filter(({ purgedAt }) => purgedAt === undefined).length);

    const state = await call('GET', `/connections/${CONNECTION}/status`);
    expect(state.body.streams.contacts).toMatchObject({ state: 'idle', published: source.body.contacts });
    expect(Date.parse(String(state.body.streams.activities.freshness))).toBeGreaterThan(Date.now() - 120_000);
    expect(state.body.quota.usedToday).toBeGreaterThan(10);
  });

  it('opens a new pass afterwards, one for all who ask while it waits', async () => {
    const first = await call('POST', `/connections/${CONNECTION}/sync`, { sweep: true });
    expect([first.status, first.body.joined]).toEqual([202, false]);
  });

  it.each<[string, Parameters<typeof call>, number]>([
    ['without a credential', ['POST', `/connections/${CONNECTION}/sync`, {}, 'x'.repeat(32)], 401],
    ['for the service scope', ['POST', `/connections/${CONNECTION}/sync`, {}, 's'.repeat(32)], 403],
    ['for an unknown connection', ['POST', '/connections/nobody/sync', {}, undefined], 404],
    ['for an odd wish', ['POST', `/connections/${CONNECTION}/sync`, { sweep: 'yes' }, undefined], 400],
    ['for an unknown run', ['GET', '/runs/nothing', undefined, undefined], 404],
  ])('refuses %s', async (_name, request, status) => {
    expect((await call(...request)).status).toBe(status);
  });

  it('is ready while its servers are, and tells Prometheus what it does', async () => {
    const ready = await service.app.inject({ method: 'GET', url: '/health/ready' });
    expect(JSON.parse(ready.body)).toEqual({ status: 'ok', checks: { database: 'ok', kafka: 'ok', auth: 'ok' } });
    const text = await metricsRegistry.metrics();
    expect(text).toContain('portage_poller_calls_total{endpoint="/contacts"}');
    expect(text).toContain(`portage_source_freshness_seconds{connection="${CONNECTION}",stream="contacts"}`);
  });
});
