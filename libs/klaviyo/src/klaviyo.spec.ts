import { type KlaviyoSimulator, startKlaviyo } from '@portage/simulators';
import { packEvents, packImports } from './batch/packers.js';
import { createKlaviyo, type Klaviyo } from './klaviyo.js';
import { type EventRow } from './mapping/event.js';
import { type ImportRow, membershipRow } from './mapping/import-row.js';

const ACCOUNT = 'AcctA1';
const KEY = 'pk_simulated';
const consentedAt = Date.UTC(2024, 0, 5);
const person = (index: number, properties: Record<string, unknown> = {}): ImportRow => ({
  attributes: { email: `p${index}@portage.io`, first_name: `P${index}`, properties },
});
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index));

/** Against the simulator, which holds every request against the published description. */
describe('Klaviyo client', () => {
  let simulator: KlaviyoSimulator;
  let klaviyo: Klaviyo;
  let calls: Map<string, number>;

  beforeEach(async () => {
    calls = new Map();
    simulator = await startKlaviyo({
      accounts: [{ id: ACCOUNT, name: 'Shop', keys: [{ key: KEY }] }],
      limits: false,
      delays: 'none',
    });
    klaviyo = createKlaviyo({
      baseUrl: simulator.url,
      revision: '2026-07-15',
      accountId: ACCOUNT,
      credential: () => Promise.resolve({ scheme: 'Klaviyo-API-Key', token: KEY, generation: 1 }),
      refreshCredential: () => Promise.resolve({ scheme: 'Klaviyo-API-Key', token: KEY, generation: 1 }),
      budget: {
        take: () => Promise.resolve(),
        hold: () => Promise.resolve(),
        spendDay: () => Promise.resolve(),
        learn: () => Promise.resolve(),
        learned: () => Promise.resolve({}),
      },
      limitScale: 0,
      onCall: (endpoint, n) => void calls.set(endpoint, (calls.get(endpoint) ?? 0) + n),
    });
  });

  afterEach(async () => {
    const violations = simulator.violations();
    await simulator.stop();
    expect(violations).toEqual([]);
  });

  const importAll = async (rows: readonly ImportRow[], listId?: string) => {
    const result = await klaviyo.startImport({ rows, ...(listId === undefined ? {} : { listId }) });
    simulator.settle();
    return result;
  };

  it('knows whose account the credential is', async () => {
    expect(await klaviyo.account()).toMatchObject({ id: ACCOUNT, organization: 'Shop' });
  });

  describe('lists', () => {
    it('are created, found by name on every page, renamed, and gone', async () => {
      const names = ['News', 'News, "weekly"'];
      for (const name of [...Array<string>(12).fill('News'), 'News, "weekly"']) await klaviyo.createList(name);
      const found = await klaviyo.findLists(names);
      expect(found).toHaveLength(13);
      const [list] = found;
      if (!list) throw new Error('no list');
      expect(await klaviyo.renameList(list.id, 'Old')).toMatchObject({ id: list.id, name: 'Old' });
      simulator.deleteList(ACCOUNT, list.id);
      expect(await klaviyo.getList(list.id)).toBeNull();
      expect(await klaviyo.renameList(list.id, 'New')).toBeNull();
      await expect(klaviyo.addToList(list.id, ['01ABC'])).rejects.toMatchObject({ code: 'klaviyo.list_gone' });
      expect(await klaviyo.getList(another(list.id))).toBeNull();
    });

    it.each(['pointer', 'not_found', 'silent'] as const)(
      'that are gone are known as gone to imports, however the vendor says so (%s)',
      async (goneList) => {
        const { id } = await klaviyo.createList('News');
        simulator.deleteList(ACCOUNT, id);
        simulator.trouble({ goneList });
        const gone = { code: 'klaviyo.list_gone', disposition: 'skip' };
        await expect(importAll(people(2), id)).rejects.toMatchObject(gone);
        expect(calls.get('POST /api/profile-bulk-import-jobs')).toBe(1);
      },
    );

    it('are found by reading all of them where the question is refused', async () => {
      const { id } = await klaviyo.createList('News');
      await klaviyo.createList('Others');
      simulator.fault({ kind: 'status', status: 400, body: refused, endpoint: 'GET /api/lists', count: 1 });
      expect(await klaviyo.findLists(['News'])).toMatchObject([{ id }]);
      simulator.fault({ kind: 'status', status: 400, body: refused, endpoint: 'GET /api/lists/{id}', count: 1 });
      expect(await klaviyo.getList(id)).toBeNull();
    });

    it('are made once when the answer is lost, and can be found then', async () => {
      simulator.fault({ kind: 'reset_after', endpoint: 'POST /api/lists', count: 1 });
      await expect(klaviyo.createList('News')).rejects.toMatchObject({
        code: 'klaviyo.unanswered',
        details: { sent: true },
      });
      expect(await klaviyo.findLists(['News'])).toHaveLength(1);
      simulator.fault({ kind: 'reset_before', endpoint: 'POST /api/lists', count: 1 });
      await expect(klaviyo.createList('Other')).rejects.toMatchObject({ details: { sent: true } });
      expect(await klaviyo.findLists(['Other'])).toEqual([]);
    });

    it('take and lose members, and name the ids that nobody has', async () => {
      const { id } = await klaviyo.createList('News');
      await importAll(people(250), id);
      expect(await klaviyo.listMembers(id)).toHaveLength(250);
      const known = [...(await klaviyo.readPeople(people(3).map(({ attributes }) => attributes.email))).values()];
      const ids = known.map(({ profileId }) => profileId);
      const removed = await klaviyo.removeFromList(id, [...ids, '01NOBODY', '01NOONE']);
      expect(removed).toMatchObject({
        accepted: [{ rows: [0, 1, 2] }],
        rejected: [{ row: 3 }, { row: 4 }],
        requests: 2,
      });
      expect(await klaviyo.listMembers(id)).toHaveLength(247);
      await klaviyo.addToList(id, ids);
      expect(await klaviyo.listMembers(id)).toHaveLength(250);
    });
  });

  describe('renames', () => {
    const [old, fresh] = ['p0@portage.io', 'new@portage.io'];
    const read = async () => {
      const found = await klaviyo.readPeople([old, fresh]);
      return { old: found.get(old), fresh: found.get(fresh) };
    };

    it('take the profile along with its consent, and may be repeated', async () => {
      await importAll(people(1));
      await klaviyo.subscribe([{ email: old, consentedAt }]);
      simulator.settle();
      const { old: before } = await read();
      simulator.fault({ kind: 'reset_after', endpoint: 'PATCH /api/profiles/{id}', count: 1 });
      expect(await klaviyo.renamePerson(before?.profileId ?? '', fresh)).toBeNull();
      expect(await read()).toEqual({ old: undefined, fresh: { ...before, email: fresh } });
    });

    it('take an opt-out along, too (invariant 3)', async () => {
      await klaviyo.unsubscribe([old]);
      simulator.settle();
      const { old: before } = await read();
      await klaviyo.renamePerson(before?.profileId ?? '', fresh);
      expect((await read()).fresh).toMatchObject({
        consent: 'UNSUBSCRIBED',
        suppressions: [{ reason: 'UNSUBSCRIBE' }],
      });
    });

    it('are refused where the address has a profile, and of a profile that is gone', async () => {
      await importAll([...people(1), membershipRow(fresh)]);
      const before = await read();
      const id = before.old?.profileId ?? '';
      expect(await klaviyo.renamePerson(id, fresh)).toBe('klaviyo.duplicate_profile');
      expect(await read()).toEqual(before);
      simulator.person(ACCOUNT, { email: old, action: 'delete' });
      expect(await klaviyo.renamePerson(id, 'third@portage.io')).toBe('klaviyo.not_found');
    });
  });

  describe('imports', () => {
    it('make people and memberships, and never consent', async () => {
      const { id: listId } = await klaviyo.createList('News');
      const { accepted } = await importAll([person(1, { Tier: 'gold' }), membershipRow('p2@portage.io')], listId);
      const jobId = accepted[0]?.answer.jobId ?? '';
      expect(await klaviyo.importJob(jobId)).toMatchObject({ status: 'complete', total: 2, completed: 2, failed: 0 });
      expect((await klaviyo.listImportJobs({ status: 'complete' })).map(({ id }) => id)).toEqual([jobId]);
      expect(await klaviyo.importJob(another(jobId))).toBeNull();
      const read = await klaviyo.readPeople(['P1@portage.io', 'p2@portage.io', 'p3@portage.io'], { properties: true });
      expect([...read.keys()].sort()).toEqual(['p1@portage.io', 'p2@portage.io']);
      expect(read.get('p1@portage.io')).toMatchObject({
        consent: 'NEVER_SUBSCRIBED',
        canReceive: true,
        suppressions: [],
        properties: { Tier: 'gold' },
      });
    });

    it.each([1, 10, 500])('of 10,000 rows deliver all but %p bad ones', async (bad) => {
      const rows = people(10_000).map((row, index) => (index % (10_000 / bad) === 3 ? spoilt(row, index) : row));
      const { accepted, rejected, requests } = await importAll(rows);
      expect(rejected).toHaveLength(bad);
      expect(rejected.every(({ row }) => row % (10_000 / bad) === 3)).toBe(true);
      expect(accepted.reduce((sum, part) => sum + part.rows.length, 0)).toBe(10_000 - bad);
      expect(simulator.state(ACCOUNT).profiles).toHaveLength(10_000 - bad);
      expect(requests).toBeLessThanOrEqual(2 + Math.ceil(bad / 100));
    });

    it('read every page of row errors (invariant 7)', async () => {
      simulator.trouble({ failShare: 1 });
      const { accepted } = await importAll(people(250));
      const jobId = accepted[0]?.answer.jobId ?? '';
      expect(await klaviyo.importJob(jobId)).toMatchObject({ status: 'complete', failed: 250 });
      const errors = await klaviyo.importErrors(jobId);
      expect(new Set(errors.map(({ email }) => email))).toEqual(
        new Set(people(250).map(({ attributes }) => attributes.email)),
      );
    });

    it('can be cancelled, and can be accepted without an id', async () => {
      simulator.trouble({ cancelNext: 1 });
      const { accepted } = await importAll(people(4));
      expect(await klaviyo.importJob(accepted[0]?.answer.jobId ?? '')).toMatchObject({ status: 'cancelled' });
      simulator.trouble({ emptyIdNext: 1 });
      expect((await importAll(people(4))).accepted).toEqual([{ rows: [0, 1, 2, 3], answer: { jobId: null } }]);
      expect(await klaviyo.readPeople(people(4).map(({ attributes }) => attributes.email))).toHaveProperty('size', 4);
    });

    it('clear fields deliberately', async () => {
      await importAll([person(1, { Tier: 'gold', Other: 'kept' })]);
      const attributes = { email: 'p1@portage.io', first_name: null };
      await importAll([{ attributes, meta: { patch_properties: { unset: ['Tier'] } } }]);
      const read = await klaviyo.readPeople(['p1@portage.io'], { properties: true });
      expect(read.get('p1@portage.io')?.properties).toMatchObject({ Other: 'kept' });
      expect(read.get('p1@portage.io')?.properties).not.toHaveProperty('Tier');
    });

    it('are cut so that the vendor takes every pack', async () => {
      const rows = Array.from({ length: 120 }, (_, index) => person(index, { Text: 'ü'.repeat(40_000) }));
      for (const indices of packImports(rows)) {
        const { rejected } = await importAll(indices.map((index) => rows[index] ?? person(0)));
        expect(rejected).toEqual([]);
      }
      expect(simulator.state(ACCOUNT).profiles).toHaveLength(120);
    });
  });

  describe('opt-outs and subscriptions', () => {
    it('make people, and show in what is read', async () => {
      await klaviyo.unsubscribe(['p1@portage.io']);
      const { accepted } = await klaviyo.suppress(['p2@portage.io', 'p3@portage.io']);
      simulator.settle();
      const jobId = accepted[0]?.answer.jobId ?? '';
      expect(await klaviyo.suppressionJob(jobId)).toEqual({ status: 'complete' });
      expect(await klaviyo.suppressionJob(another(jobId))).toBeNull();
      const read = await klaviyo.readPeople(['p1@portage.io', 'p2@portage.io']);
      expect(read.get('p1@portage.io')).toMatchObject({ consent: 'UNSUBSCRIBED', canReceive: false });
      expect(read.get('p1@portage.io')?.suppressions).toMatchObject([{ reason: 'UNSUBSCRIBE' }]);
      expect(read.get('p2@portage.io')).toMatchObject({ consent: 'NEVER_SUBSCRIBED', canReceive: false });
      expect(read.get('p2@portage.io')?.suppressions).toMatchObject([{ reason: 'USER_SUPPRESSED' }]);
    });

    it('drop the addresses that the vendor does not take', async () => {
      const emails = ['p1@portage.io', 'not an address', 'p2@portage.io'];
      for (const result of [await klaviyo.unsubscribe(emails), await klaviyo.suppress(emails)]) {
        expect(result).toMatchObject({ accepted: [{ rows: [0, 2] }], rejected: [{ row: 1, code: 'klaviyo.invalid' }] });
      }
    });

    it('subscribe people with their original date', async () => {
      const rows = [
        { email: 'p1@portage.io', consentedAt },
        { email: 'bad', consentedAt },
      ];
      expect(await klaviyo.subscribe(rows)).toMatchObject({ accepted: [{ rows: [0] }], rejected: [{ row: 1 }] });
      simulator.settle();
      const read = (await klaviyo.readPeople(['p1@portage.io'])).get('p1@portage.io');
      expect(read).toMatchObject({ consent: 'SUBSCRIBED', canReceive: true });
      expect(Date.parse(read?.consentTimestamp ?? '')).toBe(consentedAt);
    });

    it.each(['reset_after', 'reset_before', 'status', 'status_after', 'truncated'] as const)(
      'are not sent twice when the answer is lost (invariant 3, %s)',
      async (kind) => {
        simulator.fault({ kind, status: 503, endpoint: 'POST /api/profile-subscription-bulk-create-jobs', count: 1 });
        const work = klaviyo.subscribe([{ email: 'p1@portage.io', consentedAt }]);
        if (kind === 'truncated') await work.catch(() => undefined);
        else await expect(work).rejects.toMatchObject({ disposition: 'retry', details: { sent: true } });
        expect(calls.get('POST /api/profile-subscription-bulk-create-jobs')).toBe(1);
      },
    );
  });

  describe('events', () => {
    const event = (index: number, over: Partial<EventRow> = {}): EventRow => ({
      email: `p${index % 50}@portage.io`,
      metric: 'Opened Email (Constant Contact)',
      time: '2026-01-02T03:04:05.000Z',
      uniqueId: `u${index}`,
      properties: { 'Campaign Name': 'Spring' },
      ...over,
    });

    it('are recorded once, however often they are sent, and are counted (invariant 5)', async () => {
      const rows = Array.from({ length: 1500 }, (_, index) => event(index));
      for (const indices of [...packEvents(rows), ...packEvents(rows)]) {
        await klaviyo.sendEvents(indices.map((index) => event(index)));
        simulator.settle();
      }
      const [metric] = await klaviyo.metrics();
      expect(metric).toMatchObject({ name: 'Opened Email (Constant Contact)', integration: 'API' });
      const range = { from: Date.UTC(2022, 0, 1), to: Date.UTC(2026, 5, 1) };
      expect(await klaviyo.metricCount(metric?.id ?? '', range)).toBe(1500);
      expect(calls.get('POST /api/metric-aggregates')).toBe(5);
      expect(simulator.events(ACCOUNT)).toHaveLength(1500);
    });

    it('read back by their ids, on every page', async () => {
      const rows = Array.from({ length: 450 }, (_, index) => event(50 * index));
      await klaviyo.sendEvents([...rows, event(1)]);
      simulator.settle();
      const { profileId = '' } = (await klaviyo.readPeople([event(0).email])).get(event(0).email) ?? {};
      const ids = rows.map(({ uniqueId }) => uniqueId);
      expect([...(await klaviyo.eventIdsOf(profileId))].sort()).toEqual(ids.sort());
      simulator.fault({ kind: 'status', status: 400, body: refused, endpoint: 'GET /api/events' });
      expect((await klaviyo.eventIdsOf(profileId)).size).toBe(0);
    });

    it('share the fate of their twins in one request', async () => {
      const result = await klaviyo.sendEvents([event(1), event(1), event(2)]);
      simulator.settle();
      expect(result).toMatchObject({ accepted: [{ rows: [0, 1, 2] }], rejected: [], requests: 1 });
      expect(simulator.events(ACCOUNT)).toHaveLength(2);
    });

    it('that are recorded already count as delivered where the vendor refuses them for it', async () => {
      await klaviyo.sendEvents([event(1), event(2)]);
      simulator.settle();
      simulator.trouble({ refuseRepeatedEvents: true });
      const result = await klaviyo.sendEvents([event(1), event(2), event(3), event(4, { email: 'bad' })]);
      simulator.settle();
      expect(result.accepted.flatMap(({ rows }) => rows).sort()).toEqual([0, 1, 2]);
      expect(result.rejected.map(({ row }) => row)).toEqual([3]);
      expect(simulator.events(ACCOUNT)).toHaveLength(3);
    });

    it('are dropped one by one when they are bad', async () => {
      const rows = [event(1), event(2, { time: 'yesterday' }), event(3, { email: 'bad' }), event(4)];
      const result = await klaviyo.sendEvents(rows);
      simulator.settle();
      expect(result.accepted.flatMap((part) => part.rows)).toEqual([0, 3]);
      expect(result.rejected.map(({ row }) => row)).toEqual([1, 2]);
      expect(simulator.events(ACCOUNT)).toHaveLength(2);
    });
  });

  it.each(['reset_before', 'reset_after', 'status_after', 'html_403', 'throttle'] as const)(
    'repeats what is harmless to repeat (%s)',
    async (kind) => {
      const endpoint = 'POST /api/profile-bulk-import-jobs';
      simulator.fault({ kind, status: 502, retryAfter: 1, count: 1, endpoint });
      expect((await importAll(people(3))).rejected).toEqual([]);
      expect(calls.get(endpoint)).toBe(2);
      expect(simulator.state(ACCOUNT).profiles).toHaveLength(3);
    },
  );

  it('reads many people within bounded requests', async () => {
    await importAll(people(950));
    const read = await klaviyo.readPeople(people(1000).map(({ attributes }) => attributes.email));
    expect(read.size).toBe(950);
    expect(calls.get('GET /api/profiles')).toBe(10);
  });

  it('asks for fewer people where the question is refused, and takes nobody for unknown who was not read', async () => {
    const emails = people(4).map(({ attributes }) => attributes.email);
    await importAll(people(4));
    simulator.fault({ kind: 'status', status: 400, body: refused, endpoint: 'GET /api/profiles', count: 2 });
    expect((await klaviyo.readPeople(emails)).size).toBe(4);
    simulator.fault({ kind: 'status', status: 400, body: refused, endpoint: 'GET /api/profiles' });
    await expect(klaviyo.readPeople(emails)).rejects.toMatchObject({ code: 'klaviyo.invalid' });
  });

  it('finds who holds a phone', async () => {
    await importAll([{ attributes: { email: 'p1@portage.io', phone_number: '+16175550100' } }]);
    const holders = await klaviyo.findByPhones(['+16175550100', '+16175550101']);
    expect([...holders]).toEqual([
      ['+16175550100', { profileId: expect.any(String) as string, email: 'p1@portage.io' }],
    ]);
  });
});

const refused = JSON.stringify({ errors: [{ id: 'x', status: 400, code: 'invalid', title: 'No', detail: 'No' }] });

/** An id of the same form that nothing has. */
function another(id: string): string {
  return id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
}

function spoilt(row: ImportRow, index: number): ImportRow {
  const { attributes } = row;
  return index % 2 === 0
    ? { attributes: { ...attributes, email: `${attributes.email}@` } }
    : { attributes: { ...attributes, phone_number: '12345' } };
}
