import { consumerGroups } from '@portage/kafka';
import { defaultOptions } from '../../../../test/loader/auth-stub.js';
import { LoaderHarness, OTHER_TARGET, type Replica, TARGET } from '../../../../test/loader/harness.js';
import { activity, CONNECTION, contact, list, meta, outgoing, suppression } from '../../../../test/loader/records.js';
import { Belongings } from '../verify/belongings.js';
import { type Repair, repairs } from '../verify/difference.js';
import { runVerification } from '../verify/run.js';
import { Tally } from '../verify/tally.js';
import { totalOf } from '../report/outcomes.js';
import { type Replay, type ReplayReport, type ReplayRequest } from './replay.js';
import { Replayer } from './replayer.js';
import { ReplaysController } from './replays.controller.js';
import { Replays } from './replays.repository.js';

const OTHER = 'connection-2';

const request: ReplayRequest = {
  connectionId: CONNECTION,
  targetConnectionId: CONNECTION,
  streams: ['lists', 'contacts', 'activities'],
  from: null,
  to: null,
  people: null,
  lists: null,
  mode: 'write',
  rate: 1,
  dryRunId: null,
  yes: true,
};

/** Invariant 11: bounded, a group and target state of its own, rate-shared, cancellable. */
describe('a replay', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  let replays: Replays;
  const replayers: Replayer[] = [];
  const address = (name: string) => `${name}@mail.northwind.net`;
  const people = [
    contact('anna', { listIds: ['l1'] }),
    contact('ben', { permission: 'implicit', listIds: ['l2'] }),
    contact('carl', { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 0, 2) }),
    contact('dora', { permission: 'temp_hold' }),
    contact('emil', { email: null, emailAddress: 'not an address' }),
    contact('fred', { deletedAt: Date.UTC(2025, 0, 3) }),
  ];

  beforeAll(async () => {
    harness = await LoaderHarness.start({ LOADER_REASSERT_SECONDS: '20' });
    harness.auth.connections.set(OTHER, {
      id: OTHER,
      target: OTHER_TARGET,
      status: 'awaiting_authorization',
      options: { ...defaultOptions },
    });
    replica = await harness.replica();
    replays = new Replays(replica.parts.database);
    const now = () => meta({ observedAt: Date.now(), version: Date.now() });
    await harness.publish(
      outgoing.list(list('l1')),
      outgoing.list(list('l2')),
      outgoing.contact({ ...people[0], firstName: 'An older name', meta: now() } as (typeof people)[0]),
      ...people.map((value) => outgoing.contact({ ...value, meta: { ...now(), version: Date.now() + 1 } })),
      outgoing.suppression({ ...suppression('carl'), meta: now() }),
      outgoing.suppression({ ...suppression('dora', { reason: 'held' }), meta: now() }),
    );
    await harness.publish(...[1, 2, 3].map((n) => outgoing.activity({ ...activity('anna', n), meta: now() })));
    await harness.publish(outgoing.activity({ ...activity('fred', 1), meta: now() }));
    await harness.markAll();
    await harness.ledger.query('SELECT 1');
    await harness.until(async () => {
      const { rows } = await harness.ledger.query('SELECT 1 FROM ledger.marks');
      return rows.length > 0 ? true : undefined;
    });
    // The marks of these tests speak of 2025; the pass is over now.
    await harness.ledger.query(`UPDATE ledger.marks SET completed_at = ${Date.now() + 1000}`);
    await harness.settled(replica);
  }, 90_000);
  afterAll(async () => {
    for (const replayer of replayers) await replayer.stop();
    await harness.stop();
  });

  const replayer = ({ parts }: Replica = replica): Replayer => {
    const made = new Replayer(parts);
    made.start();
    replayers.push(made);
    return made;
  };
  const run = async (changes: Partial<ReplayRequest> = {}): Promise<ReplayReport> => {
    if (replayers.length === 0) replayer();
    const id = await replays.create({ ...request, ...changes });
    await replays.change(id, ['created'], 'running');
    return ended(id).then(({ report, reason }) => {
      expect(reason).toBeNull();
      if (!report) throw new Error('no report');
      return report;
    });
  };
  const ended = (id: string): Promise<Replay> =>
    harness.until(async () => {
      const found = await replays.find(id);
      return found && found.state !== 'running' ? found : undefined;
    });
  /** Of the account without a source. */
  const verification = async (repair: readonly Repair[] = []) => {
    const { parts } = replica;
    const [connection, target] = [parts.connections.get(OTHER), parts.targets.of(OTHER)];
    if (!connection || !target) throw new Error('the connection is not known');
    const belongings = new Belongings(OTHER, await replays.into([OTHER]));
    const signal = AbortSignal.timeout(60_000);
    const request = { repair, sample: null };
    const report = await runVerification({
      parts,
      connection,
      target,
      belongings,
      request,
      tally: new Tally(100),
      signal,
    });
    expect(JSON.stringify(report)).not.toContain('@');
    return { report };
  };
  const verify = async (repair: readonly Repair[] = []) => {
    const { report } = await verification(repair);
    const { lists, contacts, suppressions } = report.topic;
    const wrong = report.classes.filter(({ severity }) => severity === 'difference');
    const differences = Object.fromEntries(wrong.map(({ class: name, count }) => [name, count]));
    return { lists, contacts, suppressions, differences };
  };
  const expectSums = ({ streams }: ReplayReport) => {
    for (const { read, selected, leftOut, outcomes } of Object.values(streams)) {
      expect(totalOf(outcomes)).toBe(selected);
      expect(selected + Object.values(leftOut).reduce((total, n) => total + n, 0)).toBe(read);
    }
  };

  it('rehearsed into another account says what would change, and writes nothing anywhere', async () => {
    const report = await run({ targetConnectionId: OTHER, mode: 'dry' });
    expectSums(report);
    expect(report.dryRun).toMatchObject({
      changes: {
        profilesCreated: 4,
        unsubscribed: 1,
        suppressed: 1,
        subscribed: 1,
        membershipsAdded: 2,
        listsCreated: 2,
        events: 3,
        unchanged: 0,
      },
      refused: expect.arrayContaining([
        { reason: 'invalid_email', count: 1, examples: ['emil'] },
        { reason: 'deleted', count: 1, examples: ['fred'] },
      ]),
    });
    expect(report.streams.activities.outcomes).toMatchObject({ delivered: 3, skipped: { deleted: 1 } });
    expect(harness.writes(OTHER_TARGET)).toEqual([]);
    const { rows } = await harness.ledger.query(`SELECT 1 FROM ledger.people WHERE target = '${OTHER_TARGET}'`);
    expect(rows).toEqual([]);
  }, 60_000);

  it('into the same account makes no writing request and leaves alone whom the owner changed by hand', async () => {
    harness.klaviyo.person(TARGET, { email: address('anna'), action: 'unsubscribe' });
    const before = harness.writes();
    const report = await run();
    expectSums(report);
    expect(report.streams.contacts).toMatchObject({
      leftOut: { superseded: 1 },
      outcomes: { delivered: 0, unchanged: 4, skipped: { invalid_email: 1, deleted: 1 }, deferred: 0 },
    });
    expect(report.streams.activities.outcomes).toMatchObject({ unchanged: 3, skipped: { deleted: 1 } });
    expect(harness.writes()).toEqual(before);
    expect(harness.person(address('anna'))).toMatchObject({ consent: 'UNSUBSCRIBED' });
  }, 60_000);

  it('follows options that were changed since: implicit permission counts as consent by now', async () => {
    const of = harness.auth.connections.get(CONNECTION);
    if (of) of.options = { ...of.options, consent: 'explicit_and_implicit' };
    await replica.parts.connections.refresh();
    const report = await run({ streams: ['contacts'], people: ['ben'] });
    expect(report.streams.contacts).toMatchObject({ selected: 1, outcomes: { delivered: 1 } });
    await harness.until(() => (harness.person(address('ben'))?.consent === 'SUBSCRIBED' ? true : undefined));
    expect(report.streams.activities.read).toBe(0);
  }, 60_000);

  it('of some people into an account without a source: opt-outs are whole, others are left out', async () => {
    const report = await run({ targetConnectionId: OTHER, people: ['anna'] });
    expectSums(report);
    expect(report.streams.suppressions).toMatchObject({ selected: 2, outcomes: { delivered: 2 } });
    expect(report.streams.contacts).toMatchObject({ selected: 1, outcomes: { delivered: 1 } });
    expect(report.streams.activities).toMatchObject({ selected: 3, outcomes: { delivered: 3 } });
    expect(harness.person(address('anna'), OTHER_TARGET)).toMatchObject({ consent: 'SUBSCRIBED' });
    expect(harness.person(address('ben'), OTHER_TARGET)).toBeUndefined();
    expect(harness.person(address('dora'), OTHER_TARGET)?.mailable).toBe(false);
    expect(await verify()).toEqual({ lists: 2, contacts: 1, suppressions: 2, differences: {} });
  }, 60_000);

  it('of everybody into that account brings the others and changes nobody who is there', async () => {
    const report = await run({ targetConnectionId: OTHER });
    expectSums(report);
    expect(report.streams.contacts.outcomes).toMatchObject({ delivered: 3, unchanged: 1 });
    expect(report.streams.suppressions.outcomes).toMatchObject({ unchanged: 2 });
    harness.klaviyo.settle();
    expect(harness.person(address('ben'), OTHER_TARGET)).toMatchObject({ consent: 'NEVER_SUBSCRIBED' });
    expect(harness.klaviyo.events(OTHER_TARGET)).toHaveLength(3);
    expect(await verify()).toEqual({ lists: 2, contacts: 6, suppressions: 2, differences: {} });
  }, 60_000);

  it('is the measure of what that account holds: what is missing is found, and brought again', async () => {
    const of = `target = '${OTHER_TARGET}' AND key = '${OTHER}:ben'`;
    await harness.ledger.query(`DELETE FROM ledger.records WHERE ${of}`);
    harness.klaviyo.person(OTHER_TARGET, { email: address('carl'), action: 'subscribe' });
    // One of the activities that were read may have been sent and was not, so one more than those is not enough to tell.
    const strange = ['u1', 'u2'].map((uniqueId) => ({
      email: address('anna'),
      metric: 'Opened Email (Constant Contact)',
      time: new Date().toISOString(),
      uniqueId,
      properties: {},
    }));
    await replica.parts.targets.of(OTHER)?.klaviyo.sendEvents(strange);
    harness.klaviyo.settle();
    const found = { topic_without_ledger: 1, subscribed_opted_out: 1, events_over: 1 };
    expect((await verify(repairs)).differences).toEqual(found);
    await harness.until(async () => {
      const { rows } = await harness.ledger.query(`SELECT 1 FROM ledger.records WHERE ${of} AND outcome IS NOT NULL`);
      const { waiting } = await harness.progress(replica, OTHER);
      return rows.length > 0 && waiting.people === 0 && harness.klaviyo.pending() === 0 ? true : undefined;
    });
    expect((await verify()).differences).toEqual({ events_over: 1 });
    expect(harness.person(address('carl'), OTHER_TARGET)).toMatchObject({ mailable: false });
  }, 60_000);

  it('is told its people in portions, before it is started, and wants its dry run then', async () => {
    const controller = new ReplaysController(replica.parts, replayer());
    const body = { connectionId: CONNECTION, streams: ['contacts'], mode: 'write' };
    await expect(controller.create({ ...body, people: ['anna'] })).rejects.toThrow(/dry run/);
    const { id } = await controller.create({ ...body, people: ['anna'], peopleFollow: true });
    const more = { people: [address('ben'), address('nobody'), 'anna'] };
    expect(await controller.addPeople(id, more)).toEqual({ id, unknownPeople: 1 });
    expect((await controller.show(id)).selection.people).toBe(2);
    await expect(controller.start(id)).rejects.toThrow(/dry run/);
    const many = (of: number) => Array.from({ length: 10_000 }, (_, n) => `id-${of}-${n}`);
    for (let portion = 0; portion < 9; portion += 1) await controller.addPeople(id, { people: many(portion) });
    await expect(controller.addPeople(id, { people: many(9) })).rejects.toThrow(/at most 100000 people/);
    const dry = await controller.create({ ...body, mode: 'dry', people: ['anna', 'ben'] });
    await controller.start(dry.id);
    expect(await ended(dry.id)).toMatchObject({ state: 'done' });
    const rehearsed = { ...body, dryRunId: dry.id, people: ['ben'], peopleFollow: true };
    const write = await controller.create(rehearsed);
    await controller.addPeople(write.id, { people: ['anna'] });
    expect(await controller.start(write.id)).toMatchObject({ state: 'running' });
    expect((await ended(write.id)).report?.streams.contacts.selected).toBe(2);
    await expect(controller.addPeople(write.id, { people: ['carl'] })).rejects.toThrow(/before it is started/);
  }, 60_000);

  it('is paused in the middle, goes on where it was left, and shows in Kafka while it lasts', async () => {
    await Promise.all(replayers.splice(0).map((each) => each.stop()));
    // Paced: a batch a second.
    const paced = await harness.replica({ KLAVIYO_LIMIT_SCALE: '1' });
    const id = await replays.create({ ...request, targetConnectionId: OTHER, rate: 0.1 });
    await replays.change(id, ['created'], 'running');
    replayer(paced);
    const read = (replay: Replay | undefined) => replay?.progress.contacts?.read ?? 0;
    await harness.until(async () => (read(await replays.find(id)) > 0 ? true : undefined));
    const groups = await consumerGroups(harness.kafka.cluster);
    expect(groups.map((group) => group.id)).toContain(`${harness.kafka.prefix}.replay.${id}`);
    expect(await replays.change(id, ['running'], 'paused')).toBe(true);
    const paused = await replays.find(id);
    expect(read(paused)).toBeLessThan(7);
    await harness.until(async () => {
      const { waiting } = await harness.progress(replica, OTHER);
      return waiting.people === 0 && waiting.jobs === 0 ? true : undefined;
    });
    expect(read(await replays.find(id))).toBe(read(paused));
    await replays.change(id, ['paused'], 'running');
    const end = await ended(id);
    expect(end).toMatchObject({ state: 'done', plan: paused?.plan });
    if (!end.report) throw new Error('no report');
    expectSums(end.report);
    expect(end.report.streams.contacts.read).toBe(7);
    await Promise.all(replayers.splice(0).map((each) => each.stop()));
    await paced.stop();
    expect((await consumerGroups(harness.kafka.cluster)).filter((group) => group.id.includes('.replay.'))).toEqual([]);
    const { rows } = await harness.ledger.query('SELECT 1 FROM ledger.replay_records');
    expect(rows).toEqual([]);
  }, 60_000);

  it('subscribes nobody on the word of a pass that is a day old', async () => {
    const old = Date.now() - 90_000_000;
    await harness.ledger.query(`UPDATE ledger.replay_origins SET pass_completed_at = ${old}`);
    await harness.publish(outgoing.contact(contact('gina', { meta: meta({ observedAt: old, version: old }) })));
    await harness.ledger.query(
      `UPDATE ledger.marks SET completed_at = ${old + 1} WHERE connection_id = '${CONNECTION}'`,
    );
    const report = await run({ targetConnectionId: OTHER, streams: ['contacts'], people: ['gina'] });
    expect(report.streams.contacts.outcomes).toMatchObject({ skipped: { stale_source: 1 } });
    expect(harness.person(address('gina'), OTHER_TARGET)).toMatchObject({ consent: 'NEVER_SUBSCRIBED' });
    const { report: verified } = await verification();
    expect(verified.classes).toContainEqual(
      expect.objectContaining({ class: 'stale_source', severity: 'note', examples: [{ id: 'gina', detail: null }] }),
    );
  }, 60_000);

  it('says of what the source has changed since that it is not compared', async () => {
    await harness.publish(
      outgoing.contact({ ...contact('gina', { firstName: 'Georgina' }), meta: meta({ version: Date.now() }) }),
    );
    await harness.settled(replica);
    const { report } = await verification();
    expect(report.classes).toContainEqual(
      expect.objectContaining({
        class: 'newer_at_source',
        severity: 'note',
        examples: [{ id: 'gina', detail: 'contacts' }],
      }),
    );
    expect(report.sourceMissing).toContain('replays');
  }, 60_000);

  it('gives nothing to a connection that is paused', async () => {
    const of = harness.auth.connections.get(OTHER);
    if (of) of.status = 'paused';
    await replica.parts.connections.refresh();
    const before = harness.writes(OTHER_TARGET);
    const id = await replays.create({ ...request, targetConnectionId: OTHER, streams: ['contacts'] });
    await replays.change(id, ['created'], 'running');
    await harness.until(async () => ((await replays.find(id))?.reason?.includes('paused') ? true : undefined));
    expect(harness.writes(OTHER_TARGET)).toEqual(before);
    await replays.change(id, ['running'], 'cancelled');
    expect(await ended(id)).toMatchObject({ state: 'cancelled' });
  }, 60_000);
});
