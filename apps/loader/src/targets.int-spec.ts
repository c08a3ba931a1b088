import { defaultOptions } from '../../../test/loader/auth-stub.js';
import { LoaderHarness, type Replica } from '../../../test/loader/harness.js';
import { contact, meta, outgoing, suppression } from '../../../test/loader/records.js';

const email = (id: string) => `${id}@mail.northwind.net`;

describe('several connections', () => {
  let harness: LoaderHarness;
  let replica: Replica;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    harness.auth.connections.set('no-credential', {
      id: 'no-credential',
      target: 'K2',
      status: 'active',
      options: { ...defaultOptions },
    });
    harness.auth.connections.set('same-target', {
      id: 'same-target',
      target: 'K1',
      status: 'active',
      options: { ...defaultOptions },
    });
    harness.auth.connections.set('paused', {
      id: 'paused',
      target: 'K1',
      status: 'paused',
      options: { ...defaultOptions },
    });
    replica = await harness.replica();
  }, 60_000);
  afterAll(() => harness.stop());

  it('a target without a credential stops nobody else; what is paused is not written, but its opt-outs count', async () => {
    const of = (connectionId: string) => ({ meta: meta({ connectionId }) });
    await harness.publish(
      ...Array.from({ length: 30 }, (_, n) => outgoing.contact(contact(`x${n}`, of('no-credential')))),
      outgoing.contact(contact('paul', of('paused'))),
      outgoing.contact({
        ...contact('shared', of('paused')),
        permission: 'unsubscribed',
        optOutAt: Date.UTC(2025, 0, 2),
      }),
      outgoing.contact(contact('anna')),
      outgoing.contact(contact('shared')),
    );
    await harness.markAll();
    await harness.until(() => (harness.person(email('anna'))?.consent === 'SUBSCRIBED' ? true : undefined));
    await harness.until(() => (harness.person(email('shared'))?.first_name === 'First shared' ? true : undefined));
    await harness.until(async () => {
      const { contacts } = (await harness.progress(replica)).streams;
      return contacts.outcomes.delivered === 2 ? true : undefined;
    });
    expect(harness.person(email('shared'))).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    expect(harness.person(email('paul'))).toBeUndefined();
  }, 60_000);

  it('that share a target share their people: either one’s opt-out counts', async () => {
    await harness.publish(
      outgoing.suppression({ ...suppression('anna'), meta: meta({ connectionId: 'same-target' }) }),
    );
    await harness.until(() => (harness.person(email('anna'))?.consent === 'UNSUBSCRIBED' ? true : undefined));
  }, 60_000);

  it('that are deleted take their people along, but no opt-out of somebody whom another one holds', async () => {
    const paused = ['paul', 'shared'].map((id) => contact(id, { meta: meta({ connectionId: 'paused' }) }));
    const own = { ...suppression('anna'), meta: meta({ connectionId: 'same-target' }) };
    await harness.ledger.query(
      `INSERT INTO ledger.final_looks (target, connection_id, last_email) VALUES ('K1', 'paused', $1)`,
      [email('paul')],
    );
    for (const id of ['paused', 'same-target']) harness.auth.connections.delete(id);
    await harness.publish(...paused.map((one) => ({ ...outgoing.contact(one), value: null })), {
      ...outgoing.suppression(own),
      value: null,
    });
    const left = async (address: string) => {
      const { rows } = await harness.ledger.query(
        `SELECT (SELECT count(*)::int FROM ledger.records WHERE stream = 'contacts' AND email = $1) AS contacts,
           (SELECT count(*)::int FROM ledger.people WHERE email = $1) AS people,
           (SELECT count(*)::int FROM ledger.suppressions WHERE address = $1 AND active) AS optouts`,
        [address],
      );
      return rows[0] as { contacts: number; people: number; optouts: number };
    };
    await harness.until(async () => ((await left(email('paul'))).people === 0 ? true : undefined));
    await harness.until(async () =>
      (await harness.progress(replica)).streams.suppressions.lag === 0 ? true : undefined,
    );
    expect(await left(email('paul'))).toEqual({ contacts: 0, people: 0, optouts: 0 });
    const { rows } = await harness.ledger.query('SELECT 1 FROM ledger.final_looks WHERE last_email = $1', [
      email('paul'),
    ]);
    expect(rows).toEqual([]);
    expect(await left(email('shared'))).toEqual({ contacts: 2, people: 1, optouts: 0 });
    expect(await left(email('anna'))).toEqual({ contacts: 1, people: 1, optouts: 1 });
    expect(harness.person(email('anna'))).toMatchObject({ consent: 'UNSUBSCRIBED' });
  }, 60_000);
});
