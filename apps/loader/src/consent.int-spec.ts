import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, meta, outgoing, OPT_IN, suppression } from '../../../test/loader/records.js';

const email = (id: string) => `${id}@mail.northwind.net`;
const JUNE = Date.UTC(2025, 5, 1);

describe('consent over time (invariants 3 and 4)', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const settle = async () => {
    await harness.markAll();
    return harness.settled(replica);
  };

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
    harness.klaviyo.person(TARGET, { email: email('foreign'), action: 'unsubscribe' });
    harness.klaviyo.person(TARGET, { email: email('bounced'), action: 'bounce' });
    harness.klaviyo.person(TARGET, { email: email('bare'), action: 'withdraw' });
    await harness.publish(
      outgoing.contact(contact('returning', { permission: 'unsubscribed', optOutAt: JUNE })),
      outgoing.suppression(suppression('returning', { occurredAt: JUNE })),
      outgoing.contact(contact('held', { permission: 'temp_hold' })),
      outgoing.contact(contact('foreign')),
      outgoing.contact(contact('bounced')),
      outgoing.contact(contact('bare', { permission: 'unsubscribed', optOutAt: JUNE })),
      outgoing.contact(contact('mover')),
      outgoing.contact(contact('leaver')),
      outgoing.contact(contact('quitter')),
      outgoing.contact(contact('twin-1', { email: email('twin'), emailAddress: email('twin') })),
      outgoing.contact(
        contact('twin-2', {
          email: email('twin'),
          emailAddress: email('twin'),
          permission: 'unsubscribed',
          optOutAt: JUNE,
        }),
      ),
      outgoing.contact(contact('deleted', { permission: 'unsubscribed', optOutAt: JUNE, deletedAt: JUNE })),
    );
    await settle();
  }, 60_000);
  afterAll(() => harness.stop());

  it('an opt-out that Klaviyo holds by itself is never lifted, and the person is listed for the owner', async () => {
    expect(harness.person(email('foreign'))).toMatchObject({ consent: 'UNSUBSCRIBED', first_name: 'First foreign' });
    expect(harness.person(email('bounced'))).toMatchObject({ mailable: false });
    const { rows } = await harness.ledger.query(
      'SELECT email, conflict FROM ledger.people WHERE conflict IS NOT NULL ORDER BY email',
    );
    expect(rows).toEqual([
      { email: email('bounced'), conflict: 'bounced' },
      { email: email('foreign'), conflict: 'opted_out_in_klaviyo' },
    ]);
  });

  it('somebody with the word of an opt-out alone, whom Klaviyo mails all the same, is unsubscribed', () => {
    expect(harness.person(email('bare'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
  });

  it('one contact’s opt-out counts for all who share the address', () => {
    expect(harness.person(email('twin'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
  });

  it('somebody deleted who had unsubscribed is unsubscribed, without a profile', () => {
    expect(harness.person(email('deleted'))).toMatchObject({ consent: 'UNSUBSCRIBED', first_name: null });
  });

  it('somebody who comes back with a newer opt-in is subscribed again, as is somebody no longer held', async () => {
    await harness.publish(
      outgoing.contact(contact('returning', { optInAt: JUNE + 86_400_000 })),
      outgoing.suppression(suppression('returning', { occurredAt: JUNE, active: false, liftedAt: JUNE + 86_400_000 })),
      outgoing.contact(contact('held')),
    );
    await settle();
    expect(harness.person(email('returning'))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
    expect(harness.person(email('held'))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
  }, 60_000);

  it('a number that two contacts share is nobody’s until one of them gives it up', async () => {
    const phones = [{ kind: 'mobile' as const, number: '+1 415 555 2671' }];
    await harness.publish(
      outgoing.contact(contact('first-holder', { phones })),
      outgoing.contact(contact('second-holder', { phones })),
    );
    await settle();
    expect(harness.person(email('second-holder'))).toMatchObject({ phone: null });
    await harness.publish(outgoing.contact(contact('first-holder', { phones, deletedAt: JUNE })));
    await settle();
    expect(harness.person(email('second-holder'))).toMatchObject({ phone: '+14155552671' });
  }, 60_000);

  it('but not when the owner touched the opt-out meanwhile', async () => {
    await harness.publish(outgoing.contact(contact('quitter', { permission: 'unsubscribed', optOutAt: JUNE })));
    await settle();
    harness.klaviyo.person(TARGET, { email: email('quitter'), action: 'suppress' });
    await harness.publish(outgoing.contact(contact('quitter', { optInAt: JUNE + 86_400_000 })));
    const progress = await settle();
    expect(harness.person(email('quitter'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    expect(progress.streams.contacts.outcomes.skipped).toMatchObject({ consent_conflict: 3 });
  }, 60_000);

  it('an address that was left is not mailed any more, the new one is', async () => {
    await harness.publish(outgoing.contact(contact('mover', { email: email('moved'), emailAddress: email('moved') })));
    await settle();
    expect(harness.person(email('mover'))).toBeUndefined();
    expect(harness.person(email('moved'))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
  }, 60_000);

  it('an opt-out that Klaviyo holds at the former address goes along', async () => {
    harness.klaviyo.person(TARGET, { email: email('leaver'), action: 'unsubscribe' });
    await harness.publish(outgoing.contact(contact('leaver', { email: email('left'), emailAddress: email('left') })));
    await settle();
    expect(harness.person(email('left'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    const wrong = harness.klaviyo.audit(TARGET, email('left')).filter(({ mailable }) => mailable);
    expect(wrong).toEqual([]);
  }, 60_000);

  it('deleted people stay as they are, memberships included', async () => {
    const before = harness.person(email('held'));
    await harness.publish(outgoing.contact(contact('held', { deletedAt: Date.now() })));
    await settle();
    expect(harness.person(email('held'))).toEqual(before);
  }, 60_000);

  it('somebody opted out whom the owner deleted in Klaviyo comes back opted out only, by an event as by an import', async () => {
    const gone = { held: email('on-hold'), unsubscribed: email('gone') };
    const optedOut = contact('gone', { permission: 'unsubscribed', optOutAt: JUNE });
    await harness.publish(
      outgoing.contact(contact('on-hold', { permission: 'temp_hold' })),
      outgoing.contact(optedOut),
      outgoing.suppression(suppression('gone', { occurredAt: JUNE })),
    );
    await settle();
    // As if the opt-out had been seen long ago.
    await harness.ledger.query(
      `UPDATE ledger.people SET opt_out = opt_out || '{"heldAt": 1}' WHERE email = ANY($1::text[])`,
      [Object.values(gone)],
    );
    for (const address of Object.values(gone)) harness.klaviyo.person(TARGET, { email: address, action: 'delete' });
    await harness.publish(
      outgoing.contact({ ...contact('gone', { ...optedOut, firstName: 'Changed' }), meta: meta() }),
      outgoing.activity(activity('on-hold', 1)),
    );
    await settle();
    expect(harness.person(gone.unsubscribed)).toMatchObject({ consent: 'UNSUBSCRIBED', first_name: 'Changed' });
    expect(harness.person(gone.held)).toMatchObject({ mailable: false });
    expect(harness.klaviyo.events(TARGET)).toHaveLength(1);
    for (const address of Object.values(gone)) {
      expect(harness.klaviyo.audit(TARGET, address).filter(({ mailable }) => mailable)).toEqual([]);
    }
  }, 60_000);

  it('an opt-in date that lies ahead proves nothing until it has passed, and lifts no opt-out', async () => {
    const optInAt = Date.now() + 4000;
    await harness.publish(
      outgoing.contact(contact('early', { optInAt })),
      outgoing.contact(contact('early-out', { optInAt })),
      outgoing.suppression(suppression('early-out', { occurredAt: JUNE })),
    );
    await settle();
    await harness.until(() => (harness.person(email('early'))?.consent === 'SUBSCRIBED' ? true : undefined));
    expect(Date.now()).toBeGreaterThan(optInAt);
    const subscribed = harness.klaviyo.audit(TARGET, email('early')).find(({ consent }) => consent === 'SUBSCRIBED');
    expect(subscribed?.at).toBeGreaterThan(optInAt);
    expect(harness.person(email('early'))?.consentTimestamp).toBe(new Date(optInAt).toISOString());
    await settle();
    expect(harness.person(email('early-out'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
  }, 60_000);

  it('writes the original date of consent', () => {
    expect(harness.person(email('moved'))?.consentTimestamp).toBe(new Date(OPT_IN).toISOString());
  });
});
