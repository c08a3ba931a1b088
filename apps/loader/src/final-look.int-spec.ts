import { LoaderHarness, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, outgoing, suppression } from '../../../test/loader/records.js';

const email = (id: string) => `${id}@mail.northwind.net`;

describe('the end of an initial migration (invariants 3 and 7)', () => {
  let harness: LoaderHarness;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
  }, 60_000);
  afterAll(() => harness.stop());

  it('reads every opt-out back once more and writes those anew that do not hold, whoever goes on with it', async () => {
    const first = await harness.replica();
    const optedOut = Array.from({ length: 30 }, (_, n) => `out-${n}`);
    await harness.publish(
      ...optedOut.map((id) => outgoing.contact(contact(id, { permission: 'unsubscribed', optOutAt: 1 }))),
      outgoing.contact(contact('held', { permission: 'temp_hold' })),
      outgoing.contact(contact('bounced')),
      outgoing.suppression(suppression('bounced', { reason: 'bounced' })),
      outgoing.contact(contact('anna')),
      outgoing.activity(activity('anna', 1)),
    );
    // The migration ends with the engagement: until then nothing is looked at.
    await harness.markAll(['lists', 'contacts', 'suppressions']);
    await harness.until(() => (harness.person(email('anna'))?.consent === 'SUBSCRIBED' ? true : undefined));
    await harness.until(async () => ((await harness.progress(first)).waiting.people === 0 ? true : undefined));
    expect((await harness.progress(first)).finalLook).toEqual({
      state: 'waiting',
      optOuts: 0,
      sentAgain: 0,
      finishedAt: null,
    });
    harness.klaviyo.person(TARGET, { email: email('out-7'), action: 'subscribe' });
    harness.klaviyo.person(TARGET, { email: email('held'), action: 'unsuppress' });
    harness.klaviyo.person(TARGET, { email: email('bounced'), action: 'delete' });

    await first.kill();
    const replicas = [await harness.replica(), await harness.replica()] as const;
    await harness.markAll(['activities']);
    const { finalLook } = await harness.settled(replicas[0]);
    expect(finalLook).toMatchObject({ state: 'done', optOuts: 32, sentAgain: 3 });
    const { rows } = await harness.ledger.query('SELECT last_email FROM ledger.final_looks');
    expect(rows).toEqual([{ last_email: '' }]);
    expect(harness.person(email('out-7'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    expect(harness.person(email('held'))).toMatchObject({ mailable: false });
    expect(harness.person(email('bounced'))).toMatchObject({ mailable: false });
    expect(harness.person(email('anna'))).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
  }, 90_000);

  it('what the owner does afterwards is the owner’s business', async () => {
    const replica = await harness.replica();
    const before = harness.writes();
    harness.klaviyo.person(TARGET, { email: email('out-8'), action: 'subscribe' });
    await harness.markAll();
    await harness.settled(replica);
    expect(harness.writes()).toEqual(before);
  }, 60_000);

  it('goes on where it stood, and does not pass over somebody who is being worked on', async () => {
    const replica = await harness.replica();
    const { ledger } = harness;
    harness.klaviyo.person(TARGET, { email: email('out-20'), action: 'subscribe' });
    await ledger.query(
      `INSERT INTO ledger.claims (owner, expires_at) VALUES ('somebody', now() + interval '1 hour') RETURNING id`,
    );
    await ledger.query(`UPDATE ledger.people SET claim = (SELECT max(id) FROM ledger.claims) WHERE email = $1`, [
      email('out-20'),
    ]);
    await ledger.query(
      `UPDATE ledger.final_looks SET last_email = $1, looked = 0, lost = 0, finished_at = NULL, due_at = now()`,
      [email('out-19')],
    );
    const stands = await harness.until(async () => {
      const { rows } = await ledger.query<{ last_email: string; late: boolean }>(
        'SELECT last_email, due_at > now() AS late FROM ledger.final_looks',
      );
      return rows[0]?.late ? rows[0].last_email : undefined;
    });
    expect(stands).not.toBe(email('out-19'));
    expect(stands < email('out-20')).toBe(true);
    await ledger.query(`UPDATE ledger.people SET claim = NULL WHERE email = $1`, [email('out-20')]);
    const { finalLook } = await harness.settled(replica);
    expect(finalLook).toMatchObject({ state: 'done', sentAgain: 2 });
    expect(harness.person(email('out-20'))).toMatchObject({ mailable: false });
  }, 60_000);
});
