import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, nextRun, OPT_IN, outgoing } from '../../../test/loader/records.js';
import { noteEvents } from './events/event-requests.js';
import { releaseFormers, takeFormers } from './people/renames.repository.js';

const email = (id: string) => `${id}@mail.northwind.net`;
const at = (id: string) => ({ email: email(id), emailAddress: email(id) });
const RENAME = 'PATCH /api/profiles/{id}';
const phones = [{ kind: 'mobile' as const, number: '+1 415 555 2671' }];
const duplicate = JSON.stringify({ errors: [{ status: 409, code: 'duplicate_profile', title: '', detail: '' }] });

describe('contacts whose address changes (invariants 3 and 4)', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const settle = async () => {
    await harness.markAll();
    return harness.settled(replica);
  };
  const idOf = (id: string) => harness.person(email(id))?.id;
  const becameMailable = (id: string) => {
    const audit = harness.klaviyo.audit(TARGET, email(id));
    return audit.filter(({ mailable }, n) => mailable && audit[n - 1]?.mailable !== true).length;
  };
  const renames = () => harness.writes().filter((endpoint) => endpoint === RENAME).length;
  const untilRenaming = (id: string) =>
    harness.until(async () => {
      const { rows } = await harness.ledger.query<object>(
        `SELECT 1 FROM ledger.people WHERE email = $1 AND phase = 'rename'`,
        [email(id)],
      );
      return rows[0];
    });
  const listNamed = (name: string) => harness.klaviyo.state(TARGET).lists.find((each) => each.name === name)?.members;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
    await harness.publish(
      outgoing.list(list('kept')),
      outgoing.list(list('left')),
      outgoing.contact(contact('anna', { phones, jobTitle: 'Florist', listIds: ['kept', 'left'] })),
      outgoing.contact(contact('ben', { permission: 'implicit' })),
      ...['known', 'clash', 'quitter', 'killed', 'retried', 'wanderer', 'swap-1', 'swap-2'].map((id) =>
        outgoing.contact(contact(id)),
      ),
      outgoing.contact(contact('owned', { permission: 'implicit' })),
      ...['reader', 'hasty', 'busy'].map((id) => outgoing.contact(contact(id))),
      outgoing.contact(contact('twin-1', at('twin'))),
      outgoing.contact(contact('twin-2', at('twin'))),
      ...['reader', 'hasty'].map((id) => outgoing.activity(activity(id, 1))),
    );
    await settle();
  }, 60_000);
  afterAll(() => harness.stop());

  it('keep their profile, with its consent, number and lists', async () => {
    const before = { anna: idOf('anna'), ben: idOf('ben') };
    await harness.publish(
      outgoing.contact(contact('anna', { ...at('anna-new'), phones, listIds: ['kept'] })),
      outgoing.contact(contact('ben', { ...at('ben-new'), permission: 'implicit' })),
    );
    await settle();
    expect(harness.person(email('anna-new'))).toMatchObject({
      id: before.anna,
      consent: 'SUBSCRIBED',
      consentTimestamp: new Date(OPT_IN).toISOString(),
      phone: '+14155552671',
      title: null,
      mailable: true,
    });
    expect(harness.person(email('ben-new'))).toMatchObject({ id: before.ben, consent: 'NEVER_SUBSCRIBED' });
    for (const id of ['anna', 'ben']) expect(harness.person(email(id))).toBeUndefined();
    expect([listNamed('List kept'), listNamed('List left')]).toEqual([[email('anna-new')], []]);
    const { rows } = await harness.ledger.query(
      `SELECT email, profile IS NOT NULL AS loaded, ready, skipped, exposed FROM ledger.people WHERE email LIKE 'anna%' ORDER BY email`,
    );
    expect(rows).toEqual([
      { email: email('anna-new'), loaded: true, ready: true, skipped: null, exposed: false },
      { email: email('anna'), loaded: false, ready: false, skipped: 'unknown_person', exposed: false },
    ]);
  }, 60_000);

  it('write nothing more when they are published again, and get their events', async () => {
    const before = harness.writes();
    await harness.publish(outgoing.contact(contact('anna', { ...at('anna-new'), phones, listIds: ['kept'] })));
    await settle();
    expect(harness.writes()).toEqual(before);
    await harness.publish(outgoing.activity(activity('anna', 1, { email: email('anna') })));
    await settle();
    expect(harness.klaviyo.events(TARGET).map((event) => event.email)).toContain(email('anna-new'));
    expect(harness.person(email('anna'))).toBeUndefined();
  }, 60_000);

  it('keep their profile as soon as the events that left for it have landed', async () => {
    const id = idOf('reader');
    await harness.publish(outgoing.contact(contact('reader', at('reader-new'))));
    await settle();
    expect(harness.person(email('reader-new'))).toMatchObject({ id, consent: 'SUBSCRIBED', mailable: true });
    expect(harness.person(email('reader'))).toBeUndefined();
    expect(harness.klaviyo.events(TARGET).filter((event) => event.email === email('reader-new'))).toHaveLength(1);
  }, 60_000);

  it('are not renamed away from an event: none leaves for a profile that is taken, and none is taken for which one left', async () => {
    const { database } = replica.parts;
    const { rows } = await harness.ledger.query<{ id: string }>(
      `INSERT INTO ledger.claims (owner, expires_at) VALUES ('somebody', now() + interval '1 hour') RETURNING id`,
    );
    const claim = Number(rows[0]?.id);
    const from = email('busy');
    const take = (sent: boolean) =>
      database.transaction(async (queries) => {
        await releaseFormers(queries, TARGET, claim, [from]);
        return [...(await takeFormers(queries, TARGET, claim, [{ from, sent, lastRequest: 0 }]))];
      });
    expect(await take(true)).toEqual([from]);
    await harness.publish(outgoing.contact(contact('busy', at('busy-new'))));
    await harness.markAll();
    await untilRenaming('busy-new');
    expect(await take(false)).toEqual([from]);
    const late = noteEvents(database, TARGET, [{ email: from, uniqueId: 'late' }]);
    await expect(late).rejects.toMatchObject({ code: 'loader.moved', details: { sent: false } });
    await harness.ledger.query('INSERT INTO ledger.event_requests (target, emails, unique_ids) VALUES ($1, $2, $3)', [
      TARGET,
      [from],
      ['left before'],
    ]);
    expect(await take(false)).toEqual([]);
    await harness.settled(replica);
    expect(harness.person(from)).toMatchObject({ mailable: false });
    expect(harness.person(email('busy-new'))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
  }, 60_000);

  it('are loaded as themselves where that is not possible, and their old address is suppressed', async () => {
    harness.klaviyo.person(TARGET, { email: email('known-new'), action: 'create' });
    harness.klaviyo.person(TARGET, { email: email('owned'), action: 'subscribe' });
    harness.klaviyo.fault({ kind: 'status', status: 409, body: duplicate, endpoint: RENAME, count: 1 });
    // Whether an event has landed cannot be read.
    harness.klaviyo.fault({ kind: 'status', status: 400, body: duplicate, endpoint: 'GET /api/events' });
    const before = renames();
    await harness.publish(outgoing.contact(contact('clash', at('clash-new'))));
    await settle();
    expect(renames()).toBe(before);
    await harness.publish(
      outgoing.contact(contact('known', at('known-new'))),
      outgoing.contact(contact('owned', { ...at('owned-new'), permission: 'implicit' })),
      outgoing.contact(contact('hasty', at('hasty-new'))),
      outgoing.contact(contact('twin-1', at('twin-new'))),
    );
    await settle();
    expect(renames()).toBe(before);
    for (const id of ['clash', 'known', 'owned', 'hasty']) {
      expect(harness.person(email(id))).toMatchObject({ mailable: false });
      expect(becameMailable(id)).toBe(1);
      const consent = id === 'owned' ? 'NEVER_SUBSCRIBED' : 'SUBSCRIBED';
      expect(harness.person(email(`${id}-new`))).toMatchObject({ consent, mailable: true });
    }
    harness.klaviyo.clearFaults();
    // Somebody else has the address still.
    expect(harness.person(email('twin'))).toMatchObject({ mailable: true });
  }, 60_000);

  it('may hand an address on to another contact in the same pass: nobody is suppressed at it', async () => {
    nextRun();
    await harness.publish(outgoing.contact(contact('swap-1', at('swap-2'))));
    await untilRenaming('swap-1');
    await harness.publish(outgoing.contact(contact('swap-2', at('swap-1'))));
    await settle();
    for (const id of ['swap-1', 'swap-2']) {
      expect(harness.person(email(id))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true, suppressions: [] });
    }
    const owners = ['swap-1', 'swap-2'].map((id) => harness.person(email(id))?.properties['Constant Contact ID']);
    expect(owners).toEqual(['swap-2', 'swap-1']);
  }, 60_000);

  it('are unsubscribed at the new address where they opted out at the old one or with the change', async () => {
    harness.klaviyo.person(TARGET, { email: email('quitter'), action: 'unsubscribe' });
    await harness.publish(
      outgoing.contact(contact('quitter', at('quitter-new'))),
      outgoing.contact(contact('anna', { ...at('anna-gone'), permission: 'unsubscribed', optOutAt: OPT_IN + 1e9 })),
    );
    await settle();
    for (const id of ['quitter', 'quitter-new', 'anna-gone', 'anna-new']) {
      expect(harness.person(email(id))).toMatchObject({ mailable: false });
    }
    for (const id of ['quitter-new', 'anna-gone']) {
      expect(harness.person(email(id))).toMatchObject({ consent: 'UNSUBSCRIBED' });
      expect(becameMailable(id)).toBe(0);
    }
  }, 60_000);

  it('may go on to another address, and come back', async () => {
    const id = idOf('wanderer');
    for (const next of ['wanderer-2', 'wanderer-3', 'wanderer', 'wanderer-2']) {
      await harness.publish(outgoing.contact(contact('wanderer', at(next))));
      await settle();
      expect(harness.person(email(next))).toMatchObject({ id, consent: 'SUBSCRIBED', mailable: true });
    }
    expect(harness.klaviyo.state(TARGET).profiles.filter((one) => one.email?.startsWith('wanderer'))).toHaveLength(1);
  }, 60_000);

  it('are found by reading when the answer to the rename was lost, and when the process died', async () => {
    const before = { retried: idOf('retried'), killed: idOf('killed') };
    harness.klaviyo.fault({ kind: 'reset_after', endpoint: RENAME, count: 2 });
    await harness.publish(outgoing.contact(contact('retried', at('retried-new'))));
    await settle();
    expect(harness.person(email('retried-new'))).toMatchObject({ id: before.retried, consent: 'SUBSCRIBED' });
    expect(harness.person(email('retried'))).toBeUndefined();

    const underWay = harness.klaviyo.fault({ kind: 'slow', endpoint: RENAME, delayMs: 4000, count: 1 });
    await harness.publish(outgoing.contact(contact('killed', at('killed-new'))));
    await harness.markAll();
    await harness.until(() => underWay.struck > 0 || undefined);
    await replica.kill();
    await harness.until(() => harness.person(email('killed-new')));
    replica = await harness.replica();
    await harness.settled(replica);
    expect(harness.person(email('killed-new'))).toMatchObject({ id: before.killed, consent: 'SUBSCRIBED' });
    expect(harness.person(email('killed'))).toBeUndefined();
    expect(becameMailable('killed')).toBe(1);
    const { rows } = await harness.ledger.query(
      'SELECT email FROM ledger.people WHERE rename IS NOT NULL AND email <> $1',
      [email('clash-new')],
    );
    expect(rows).toEqual([]);
  }, 90_000);

  it('are not renamed on the way: a replica that works on the old address is waited for', async () => {
    await harness.publish(outgoing.contact(contact('late')));
    await settle();
    const id = idOf('late');
    await harness.ledger.query(
      `INSERT INTO ledger.claims (owner, expires_at) VALUES ('somebody', now() + interval '1 hour')`,
    );
    await harness.ledger.query(
      `UPDATE ledger.people SET claim = (SELECT max(id) FROM ledger.claims) WHERE email = $1`,
      [email('late')],
    );
    await harness.publish(outgoing.contact(contact('late', at('late-new'))));
    await harness.markAll();
    await untilRenaming('late-new');
    expect(harness.person(email('late-new'))).toBeUndefined();
    await harness.ledger.query('UPDATE ledger.people SET claim = NULL, due_at = now() WHERE email = $1', [
      email('late'),
    ]);
    await harness.settled(replica);
    expect(harness.person(email('late-new'))).toMatchObject({ id, mailable: true });
  }, 60_000);
});
