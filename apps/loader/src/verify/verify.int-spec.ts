import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Outgoing } from '@portage/kafka';
import { type Activity } from '@portage/records';
import { LoaderHarness, type Replica, TARGET } from '../../../../test/loader/harness.js';
import { activity, contact, CONNECTION, list, outgoing, suppression } from '../../../../test/loader/records.js';
import { Belongings } from './belongings.js';
import { type Repair, repairs } from './difference.js';
import { runVerification, type VerificationReport } from './run.js';
import { Tally } from './tally.js';
import { VerifyController } from './verify.controller.js';
import { Verifier } from './verifier.js';

const email = (id: string) => `${id}@mail.northwind.net`;
/** Published now, or the topic would soon drop it. */
const happened = (value: Activity) => ({ ...outgoing.activity(value), timestamp: Date.now() });
const optOutAt = Date.UTC(2025, 0, 2);

describe('verify', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  let poller: Server;
  /** Versions by stream and id, as the poller knows them. */
  const published = new Map<string, Map<string, number>>();
  const source = { lists: 4, contacts: 16, suppressions: 2, activities: 5 };

  beforeAll(async () => {
    poller = createServer(({ url = '' }, response) => {
      const stream = new URL(url, 'http://poller').searchParams.get('stream');
      const ids = [...(published.get(stream ?? '') ?? [])].map(([id, version]) => ({ id, version }));
      response.end(JSON.stringify(stream === null ? source : { ids, after: null }));
    });
    await new Promise<void>((resolve) => poller.listen(0, '127.0.0.1', () => resolve()));
    harness = await LoaderHarness.start({ POLLER_URL: `http://127.0.0.1:${(poller.address() as AddressInfo).port}` });
    replica = await harness.replica();
    const everyone = [...Array(12).keys()].map((n) => contact(`p${n}`, { listIds: ['l1'], jobTitle: `Title ${n}` }));
    const records: Outgoing[] = [
      ...['l1', 'l2', 'l3', 'l4'].map((id) => outgoing.list(list(id))),
      ...everyone.map(outgoing.contact),
      outgoing.contact(contact('unsubscribed', { permission: 'unsubscribed', optOutAt, listIds: ['l2'] })),
      outgoing.contact(contact('gone', { permission: 'unsubscribed', optOutAt })),
      outgoing.contact(contact('bounced')),
      outgoing.contact(contact('held', { permission: 'pending_confirmation' })),
      outgoing.suppression(suppression('unsubscribed')),
      outgoing.suppression(suppression('bounced', { reason: 'bounced', source: 'report' })),
    ];
    await harness.publish(...records);
    for (const { topic, key, value } of records) {
      const versions = published.get(topic) ?? new Map<string, number>();
      if (value && 'meta' in value) versions.set(key.slice(CONNECTION.length + 1), value.meta.version);
      published.set(topic, versions);
    }
    await harness.markAll(['lists', 'contacts', 'suppressions']);
    await harness.publish(
      happened(activity('p9', 1)),
      happened(activity('p9', 2)),
      happened(activity('p8', 3, { type: 'bounced', campaignActivityId: 'm2' })),
      happened(activity('nobody', 4, { type: 'clicked', campaignActivityId: 'm3' })),
      happened(activity('p8', 5, { type: 'forwarded', campaignActivityId: 'm4' })),
    );
    await harness.markAll(['activities']);
    await harness.settled(replica);
  }, 90_000);
  afterAll(async () => {
    await harness.stop();
    await new Promise((resolve) => poller.close(resolve));
  });

  it('finds nothing where everything arrived', async () => {
    const report = await verify();
    expect(report.classes).toEqual([]);
    expect(report).toMatchObject({ equal: true, source, topic: source, compared: 16 });
    expect(report.ledger).toEqual({ ...source, people: 16 });
    expect(report.klaviyo).toMatchObject({ profiles: 16, subscribed: 12, lists: 4, memberships: 13 });
  }, 60_000);

  it('finds what was planted and nothing else, and repairs what is safe', async () => {
    await plant();
    const report = await verify();
    expect(report.equal).toBe(false);
    expect(found(report)).toEqual({
      subscribed_opted_out: ['unsubscribed'],
      subscribed_suppressed: ['held'],
      missing_opt_out: ['gone'],
      missing_suppression: ['bounced'],
      missing_subscription: ['p0'],
      missing_profile: ['gone', 'p1'],
      wrong_field: ['p0 first_name', 'p0 title', 'p3 first_name'],
      wrong_property: expect.arrayContaining(['p0 Constant Contact ID', 'p3 Constant Contact Permission']),
      stale_property: ['p4 Constant Contact Old'],
      missing_membership: expect.arrayContaining(['p0 l1', 'p5 l1']),
      extra_membership: ['p6 l2'],
      missing_list: ['l3'],
      renamed_list: ['l2'],
      untracked_list: ['l4'],
      topic_short: ['suppressions'],
      record_lost: ['l9'],
      record_unknown: ['p3'],
      topic_without_ledger: ['p7'],
      ledger_without_topic: ['ghost'],
      version_behind: ['p8'],
      content_differs: ['p9'],
      entries_differ: ['unsubscribed'],
      outcome_open: ['p10'],
      missing_person: ['p11'],
      lost_job: ['p2'],
      activities_uncounted: ['mailing-1 opened'],
      activities_overcounted: ['m2 bounced'],
      events_short: ['clicked'],
      events_over: ['forwarded'],
      person_waiting: ['p2'],
    });
    expect(JSON.stringify(report)).not.toContain('@');

    const before = harness.writes().length;
    const repaired = await verify(repairs);
    const handed = (name: string) => repaired.classes.find((each) => each.class === name)?.repaired;
    expect([handed('missing_profile'), handed('topic_without_ledger'), handed('topic_short')]).toEqual([2, 1, 0]);
    await harness.settled(replica);
    // Nobody waits for a list to get its name back, so its turn may still come.
    const names = () => harness.klaviyo.state(TARGET).lists.map(({ name }) => name);
    await harness.until(() => (names().includes('l2') ? undefined : true));
    // Invariant 3: opt-outs before everything else that these people get.
    const writes = harness.writes().slice(before);
    const first = (part: string) => writes.findIndex((endpoint) => endpoint.includes(part));
    expect(first('subscription-bulk-delete')).toBeLessThan(first('bulk-import'));
    expect(harness.klaviyo.audit(TARGET).filter(({ email: who }) => who === email('gone'))).not.toContainEqual(
      expect.objectContaining({ mailable: true }),
    );

    source.suppressions = 2;
    const left = found(await verify());
    expect(Object.keys(left).sort()).toEqual([
      'activities_overcounted',
      'activities_uncounted',
      'events_over',
      'events_short',
      'ledger_without_topic',
      'record_lost',
      'record_unknown',
    ]);
    expect(harness.person(email('p1'))).toMatchObject({ consent: 'SUBSCRIBED', first_name: 'First p1' });
    expect(harness.person(email('unsubscribed'))).toMatchObject({ mailable: false });
  }, 120_000);

  it('is asked for over HTTP, run by whichever process has time, and kept', async () => {
    const verifier = new Verifier(replica.parts);
    const controller = new VerifyController(replica.parts, verifier);
    const { id } = await controller.request(CONNECTION, { sample: 2 });
    verifier.start();
    const done = await harness.until(async () => {
      const verification = await controller.show(id);
      return verification.state === 'done' ? verification : undefined;
    });
    await verifier.stop();
    expect(done.report).toMatchObject({ equal: false, compared: expect.any(Number) });
    expect(done.report?.compared).toBeLessThanOrEqual(2);
    expect((await controller.list(CONNECTION)).verifications.map((each) => each.id)).toEqual([id]);
    await expect(controller.show('none')).rejects.toMatchObject({ code: 'loader.unknown_verification' });
    await expect(controller.request('none', {})).rejects.toMatchObject({ code: 'loader.unknown_connection' });
  }, 60_000);

  async function verify(repair: readonly Repair[] = []): Promise<VerificationReport> {
    const { parts } = replica;
    const connection = parts.connections.get(CONNECTION);
    const target = parts.targets.of(CONNECTION);
    if (!connection || !target) throw new Error('the connection is not known');
    const signal = AbortSignal.timeout(60_000);
    return runVerification({
      parts,
      connection,
      target,
      belongings: new Belongings(CONNECTION, []),
      request: { repair, sample: null },
      tally: new Tally(100),
      signal,
    });
  }

  /** Ids by class; of people with what differs. */
  function found({ classes }: VerificationReport): Record<string, string[]> {
    const names = new Map(harness.klaviyo.state(TARGET).lists.map(({ id, name }) => [id, name.replace('List ', '')]));
    const shown = new Set([
      'wrong_field',
      'wrong_property',
      'stale_property',
      'missing_membership',
      'extra_membership',
    ]);
    return Object.fromEntries(
      classes.map(({ class: name, examples }) => [
        name,
        examples.map(({ id, detail }) => (shown.has(name) ? `${id} ${names.get(detail ?? '') ?? detail}` : id)).sort(),
      ]),
    );
  }

  async function plant(): Promise<void> {
    const { klaviyo, ledger } = harness;
    const lists = new Map(klaviyo.state(TARGET).lists.map(({ id, name }) => [name, id]));
    const listOf = (id: string) => lists.get(`List ${id}`) ?? '';
    const person = (id: string, action: 'create' | 'subscribe' | 'unsuppress' | 'delete', attributes?: object) =>
      klaviyo.person(TARGET, { email: email(id), action, ...(attributes ? { attributes: { ...attributes } } : {}) });
    const key = (id: string) => `${CONNECTION}:${id}`;
    const contacts = (changes: string, id: string) =>
      ledger.query(`UPDATE ledger.records SET ${changes} WHERE stream = 'contacts' AND key = $1`, [key(id)]);

    person('unsubscribed', 'subscribe');
    person('held', 'subscribe');
    person('gone', 'delete');
    person('bounced', 'unsuppress');
    person('p0', 'delete');
    person('p0', 'create');
    person('p1', 'delete');
    person('p3', 'create', { first_name: 'Other', properties: { 'Constant Contact Permission': 'other' } });
    person('p4', 'create', { properties: { 'Constant Contact Old': 'x' } });
    klaviyo.person(TARGET, { email: email('p5'), action: 'leave', list: listOf('l1') });
    klaviyo.person(TARGET, { email: email('p6'), action: 'join', list: listOf('l2') });
    klaviyo.deleteList(TARGET, listOf('l3'));
    klaviyo.renameList(TARGET, listOf('l2'), 'l2');
    await ledger.query('DELETE FROM ledger.lists WHERE key = $1', [key('l4')]);
    source.suppressions = 3;
    published.get('lists')?.set('l9', 1);
    published.get('contacts')?.delete('p3');
    await ledger.query(`DELETE FROM ledger.records WHERE stream = 'contacts' AND key = $1`, [key('p7')]);
    await ledger.query(
      `INSERT INTO ledger.records (target, stream, key, connection_id, version, hash, partition, kafka_offset, outcome)
       VALUES ($1, 'suppressions', $2, $3, 1, 'x', 0, -1, 'delivered')`,
      [TARGET, key('ghost'), CONNECTION],
    );
    await contacts('version = version - 1', 'p8');
    await contacts(`hash = 'x'`, 'p9');
    await ledger.query('DELETE FROM ledger.suppressions WHERE key = $1', [key('unsubscribed')]);
    await contacts('outcome = NULL', 'p10');
    await ledger.query('DELETE FROM ledger.people WHERE email = $1', [email('p11')]);
    await ledger.query('UPDATE ledger.people SET open_jobs = 1 WHERE email = $1', [email('p2')]);
    await ledger.query(`UPDATE ledger.activity_counts SET n = n - 1 WHERE type = 'opened'`);
    await ledger.query(`UPDATE ledger.activity_counts SET n = n + 1 WHERE type = 'bounced'`);
    await ledger.query(`DELETE FROM ledger.activity_exceptions WHERE type = 'clicked'`);
    const metric = klaviyo.state(TARGET).metrics.find(({ name }) => name.startsWith('Forwarded'));
    await replica.parts.targets.of(CONNECTION)?.klaviyo.sendEvents([
      {
        email: email('p6'),
        metric: metric?.name ?? '',
        time: new Date().toISOString(),
        uniqueId: 'u1',
        properties: {},
      },
    ]);
    klaviyo.settle();
  }
});
