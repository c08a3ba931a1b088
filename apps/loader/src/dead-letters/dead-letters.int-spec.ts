import { Publisher, RecordWriter } from '@portage/kafka';
import { type DeadLetter, TOPICS } from '@portage/records';
import { LoaderHarness, type Replica } from '../../../../test/loader/harness.js';
import { activity, contact, outgoing, CONNECTION } from '../../../../test/loader/records.js';
import { DeadLettersController } from './dead-letters.controller.js';

const email = (id: string) => `${id}@mail.northwind.net`;

describe('dead letters', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  let letters: DeadLettersController;
  const settle = async () => {
    await harness.markAll();
    return harness.settled(replica);
  };
  const open = async (filter: object = {}) => (await letters.list({ state: 'open', ...filter })).letters;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
    letters = new DeadLettersController(replica.parts);
    await settle();
  }, 60_000);
  afterAll(() => harness.stop());

  it('of people: listed by page and filter, shown, and sent again once the reason is gone', async () => {
    harness.klaviyo.trouble({ failEmails: [email('gina'), email('gus')] });
    await harness.publish(outgoing.contact(contact('gina')), outgoing.contact(contact('gus')));
    await settle();
    const found = await open();
    expect(found.map(({ code, sourceId, state }) => ({ code, sourceId, state }))).toEqual(
      expect.arrayContaining([
        { code: 'klaviyo.invalid', sourceId: 'gina', state: 'open' },
        { code: 'klaviyo.invalid', sourceId: 'gus', state: 'open' },
      ]),
    );
    expect(JSON.stringify(found)).not.toContain('@');
    const [first, second] = await pages({ limit: 1 });
    expect([first?.length, second?.length]).toEqual([1, 1]);
    expect(await open({ connection: 'another' })).toEqual([]);

    const gina = found.find(({ sourceId }) => sourceId === 'gina')?.id ?? '';
    expect(await letters.show(gina)).toMatchObject({
      decoded: { contactId: 'gina', email: email('gina') },
      raw: { key: `${CONNECTION}:gina`, value: expect.any(String) },
    });
    harness.klaviyo.trouble({ failEmails: [] });
    expect(await letters.redrive(gina)).toEqual({ id: gina, state: 'redriven', result: 'taken' });
    await harness.settled(replica);
    expect(harness.person(email('gina'))).toMatchObject({ consent: 'SUBSCRIBED', first_name: 'First gina' });
    expect(harness.person(email('gus'))).toBeUndefined();

    const writes = harness.writes().length;
    expect(await letters.redrive(gina)).toMatchObject({ result: 'taken' });
    const progress = await harness.settled(replica);
    expect(harness.writes()).toHaveLength(writes);
    expect(progress.streams.contacts.outcomes).toMatchObject({ delivered: 1, rejected: { 'klaviyo.invalid': 1 } });
    expect((await open()).map(({ sourceId }) => sourceId)).toEqual(['gus']);
  }, 90_000);

  it('that something newer has overtaken are left alone, and dropped ones stay dropped', async () => {
    const [gus] = await open();
    const id = gus?.id ?? '';
    await harness.publish(outgoing.contact(contact('gus', { permission: 'unsubscribed', optOutAt: 1 })));
    await settle();
    expect(await letters.redrive(id)).toMatchObject({ result: 'superseded' });
    expect(harness.person(email('gus'))).toMatchObject({ mailable: false });

    await bury({ stream: 'contacts', value: Buffer.from('not a record'), code: 'record.not_framed' });
    const [odd] = await open({ reason: 'record' });
    await expect(letters.redrive(odd?.id ?? '')).rejects.toMatchObject({ code: 'loader.dead_letter_refused' });
    await letters.drop(odd?.id ?? '', { reason: 'a test' });
    await letters.drop(odd?.id ?? '', { reason: 'another reason' });
    expect(await letters.show(odd?.id ?? '')).toMatchObject({ state: 'dropped', reason: 'a test', decoded: null });
    await expect(letters.redrive(odd?.id ?? '')).rejects.toMatchObject({ code: 'loader.dead_letter_refused' });
    await expect(letters.show('0-999999')).rejects.toMatchObject({ code: 'loader.unknown_dead_letter' });
  }, 90_000);

  it('of events: sent again, they make one event and one outcome each', async () => {
    await harness.publish(outgoing.contact(contact('hugo')));
    await settle();
    // Klaviyo takes no time before 1991.
    await harness.publish(outgoing.activity(activity('hugo', 1, { createdAt: 1000 })));
    await settle();
    const [old] = await open({ stream: 'activities' });
    await expect(letters.redrive(old?.id ?? '')).rejects.toMatchObject({ code: 'loader.dead_letter_refused' });

    const writer = await RecordWriter.create(replica.parts.registry, TOPICS);
    const happening = activity('hugo', 2);
    await bury({
      stream: 'activities',
      key: Buffer.from(`${CONNECTION}:hugo`),
      value: writer.encode('activities', happening),
      code: 'record.unknown_schema',
      offset: 5000,
    });
    const [unread] = await open({ reason: 'record.unknown_schema' });
    for (let time = 0; time < 2; time += 1) {
      expect(await letters.redrive(unread?.id ?? '')).toMatchObject({ result: 'delivered' });
    }
    harness.klaviyo.settle();
    expect(harness.klaviyo.events('K1')).toHaveLength(1);
    expect((await harness.progress(replica)).streams.activities.outcomes).toMatchObject({ delivered: 1 });
  }, 90_000);

  async function pages(query: object): Promise<(readonly unknown[])[]> {
    const all: (readonly unknown[])[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await letters.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      if (page.letters.length > 0) all.push(page.letters);
      cursor = page.cursor;
    }
    return all;
  }

  /** A letter as another version of the loader might have written it. */
  async function bury(changes: Partial<DeadLetter>): Promise<void> {
    const { cluster, registry } = replica.parts;
    const publisher = await Publisher.open(cluster, await RecordWriter.create(registry, TOPICS), 10_000);
    const value: DeadLetter = {
      topic: cluster.topicName('contacts'),
      partition: 0,
      offset: 4000,
      key: Buffer.from(`${CONNECTION}:odd`),
      value: null,
      schemaId: null,
      connectionId: CONNECTION,
      target: null,
      stream: null,
      sourceId: 'odd',
      code: 'record.corrupt',
      reason: 'Made by a test.',
      stage: 'loader',
      runId: null,
      failedAt: Date.now(),
      ...changes,
    };
    await publisher.send([{ topic: 'dead-letters', key: `${CONNECTION}:odd`, value, timestamp: value.failedAt }]);
    await publisher.close();
  }
});
