import { STREAMS } from '@portage/records';
import { type Account, generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../../test/poller/harness.js';
import { type Answer, PollerService } from '../../../../test/poller/service.js';
import { compacted, readTopic } from '../../../../test/poller/topics.js';
import { plainOf } from '../../../../test/poller/truth.js';
import { type ConnectionState } from '../connections/stream-status.js';
import { type Signal } from './signal.js';

describe('signals', () => {
  let harness: PollerHarness;
  let service: PollerService;
  let account: Account;

  beforeAll(async () => {
    account = generateAccount({ seed: 51, contacts: 900, lists: 6, campaigns: 3 });
    harness = await PollerHarness.start(account);
    service = await PollerService.start(harness);
    await carriedOut(await give({ kind: 'sync' }));
  });

  afterAll(async () => {
    await service.stop();
    await harness.stop();
  });

  const give = (body: object): Promise<Answer> => service.call('POST', `/connections/${CONNECTION}/signals`, body);

  /** The signal as it is when it is no longer open. */
  async function carriedOut(given: Answer): Promise<Signal> {
    expect([given.status, given.body]).toEqual([202, expect.objectContaining({ connectionId: CONNECTION })]);
    for (;;) {
      const { body } = await service.call('GET', `/signals/${given.body.signalId}`, undefined, 's'.repeat(32));
      if (body.state !== 'accepted') return body as Signal;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const statesNow = async (): Promise<string[]> => {
    const { body } = await service.call('GET', `/connections/${CONNECTION}/status`);
    const { streams } = body as ConnectionState;
    return STREAMS.map((stream) => streams[stream].state);
  };

  async function statesBecome(...states: string[]): Promise<void> {
    while ((await statesNow()).join() !== states.join()) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const onList = (listId: string) =>
    account.contacts.filter(({ deletedAt, purgedAt, lists }) => !deletedAt && !purgedAt && lists.includes(listId));

  it('start a snapshot of some lists, which says of no stream that it was read completely', async () => {
    const [a, b] = account.lists.filter(({ deletedAt, channel }) => deletedAt === undefined && channel === 'email');
    const [moved, left] = onList(a?.id ?? '').filter(({ lists }) => lists.length < 3);
    harness.simulator.change(
      account.id,
      { kind: 'move_lists', contactId: moved?.id ?? '', remove: [a?.id ?? ''], add: [b?.id ?? ''] },
      { kind: 'move_lists', contactId: left?.id ?? '', remove: [...(left?.lists ?? [])] },
    );
    const marks = await readTopic(harness.kafka, 'marks');
    const signal = await carriedOut(await give({ kind: 'snapshot', lists: [a?.id] }));
    expect(signal).toMatchObject({ kind: 'snapshot', state: 'done', requestedBy: 'admin at 127.0.0.1' });
    expect(signal.result).toMatch(/^[1-9]\d* records published, [1-9]\d* calls made\.$/);
    const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
    for (const contact of [moved, left]) {
      const record = contacts.get(`${CONNECTION}:${contact?.id ?? ''}`);
      expect(record && plainOf(record).lists).toBe([...(contact?.lists ?? [])].sort().join());
    }
    expect(await readTopic(harness.kafka, 'marks')).toEqual(marks);
  });

  it('start a snapshot of what changed since a moment', async () => {
    const contact = account.contacts.find(({ deletedAt, purgedAt, email }) => !deletedAt && !purgedAt && email);
    const since = new Date(Date.now() - 1000).toISOString();
    harness.simulator.change(account.id, {
      kind: 'edit_contact',
      contactId: contact?.id ?? '',
      fields: { firstName: 'Since' },
    });
    expect(await carriedOut(await give({ kind: 'snapshot', since }))).toMatchObject({ state: 'done' });
    const record = compacted(await readTopic(harness.kafka, 'contacts')).get(`${CONNECTION}:${contact?.id ?? ''}`);
    expect(record?.firstName).toBe('Since');
  });

  it('publish everything again, changed or not, each key once and above its former version', async () => {
    const before = compacted(await readTopic(harness.kafka, 'contacts'));
    const count = (await readTopic(harness.kafka, 'contacts')).length;
    const signal = await carriedOut(await give({ kind: 'snapshot', republish: true }));
    expect(signal.state).toBe('done');
    const records = await readTopic(harness.kafka, 'contacts');
    expect(records.length - count).toBe(before.size);
    for (const [key, { meta }] of compacted(records))
      expect(meta.version).toBeGreaterThan(before.get(key)?.meta.version ?? 0);
  });

  it('pause the reading and resume it; meanwhile nobody starts a pass', async () => {
    expect(await carriedOut(await give({ kind: 'pause' }))).toMatchObject({
      state: 'done',
      result: 'Nothing is read until it is resumed.',
    });
    await statesBecome('paused', 'paused', 'paused', 'paused');
    const refused = await give({ kind: 'sweep' });
    expect([refused.status, refused.body.code]).toEqual([409, 'poller.paused']);
    expect((await carriedOut(await give({ kind: 'resume' }))).result).toBe('Reading goes on.');
    await statesBecome('idle', 'idle', 'idle', 'idle');
    const { body } = await service.call('GET', `/connections/${CONNECTION}/transitions?stream=lists&limit=2`);
    expect(body.transitions).toMatchObject([
      { stream: 'lists', former: 'paused', state: 'idle', reason: 'Resumed.' },
      { stream: 'lists', former: 'idle', state: 'paused', reason: 'Reading was paused by a signal.' },
    ]);
  });

  it('stop the pass under way, and the next one reads what it did not', async () => {
    harness.simulator.fault({ kind: 'slow', delayMs: 1000, endpoint: 'GET /v3/contacts' });
    const sweep = await give({ kind: 'sweep' });
    await statesBecome('idle', 'sweep', 'sweep', 'idle');
    const stop = await carriedOut(await give({ kind: 'stop' }));
    expect([stop.state, stop.result]).toEqual(['done', 'Passes stopped: 1.']);
    expect(await carriedOut(sweep)).toMatchObject({ state: 'stopped', result: 'Stopped by a signal.' });
    expect(await statesNow()).toEqual(['idle', 'idle', 'idle', 'idle']);
    harness.simulator.clearFaults();
    expect(await carriedOut(await give({ kind: 'sweep' }))).toMatchObject({ state: 'done' });
    expect((await carriedOut(await give({ kind: 'stop' }))).result).toBe('No pass was open.');
  });

  it('are listed, newest first, those of asking for a pass among them', async () => {
    await service.call('POST', `/connections/${CONNECTION}/sync`, { sweep: true });
    const { body } = await service.call('GET', `/connections/${CONNECTION}/signals?limit=3`);
    expect((body.signals as Signal[]).map(({ kind }) => kind)).toEqual(['sweep', 'stop', 'sweep']);
  });

  it('are refused when they are odd', async () => {
    const odd = [
      { kind: 'dance' },
      {},
      { kind: 'stop', lists: ['a'] },
      { kind: 'snapshot', lists: ['a'], since: '2026-01-01T00:00:00Z' },
    ];
    for (const body of odd) expect((await give(body)).status).toBe(400);
    expect((await service.call('POST', '/connections/nobody/signals', { kind: 'stop' })).status).toBe(404);
    expect((await service.call('GET', '/signals/nothing')).status).toBe(404);
  });
});
