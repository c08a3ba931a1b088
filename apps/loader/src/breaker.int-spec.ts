import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, CONNECTION, contact, outgoing } from '../../../test/loader/records.js';
import { BreakersController } from './breakers/breakers.controller.js';

const email = (id: string) => `${id}@mail.northwind.net`;
const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

describe('an account that rejects too much', () => {
  let harness: LoaderHarness;
  let replicas: readonly [Replica, Replica];
  const parked = async (stream: string, at: Replica) =>
    (await harness.progress(at)).parkedStreams.find((each) => each.stream === stream);
  const tryNow = (at: Replica = replicas[0]) => new BreakersController(at.parts).probe(CONNECTION);

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replicas = [await harness.replica(), await harness.replica()];
    await harness.publish(outgoing.contact(contact('anna')));
    await harness.markAll();
    await harness.settled(replicas[0]);
  }, 60_000);
  afterEach(() => {
    harness.klaviyo.clearFaults();
    harness.klaviyo.trouble({ failEmails: [] });
  });
  afterAll(() => harness.stop());

  it('gets no more people until a few are taken again; opt-outs go on', async () => {
    harness.klaviyo.trouble({ failEmails: ids('bad', 230).map(email) });
    await harness.publish(...ids('bad', 230).map((id) => outgoing.contact(contact(id))));
    await harness.until(() => parked('contacts', replicas[1]));
    expect(await parked('contacts', replicas[0])).toMatchObject({ rejected: 230, code: 'klaviyo.invalid' });

    await harness.publish(
      ...ids('good', 80).map((id) => outgoing.contact(contact(id))),
      outgoing.contact(contact('carl', { permission: 'unsubscribed', optOutAt: 1 })),
    );
    await harness.until(() => (harness.person(email('carl'))?.consent === 'UNSUBSCRIBED' ? true : undefined));
    expect(harness.person(email('good-0'))).toBeUndefined();

    // A try that is refused again leaves it parked; its people are in the dead letters, the others wait.
    harness.klaviyo.trouble({ failEmails: ids('good', 80).map(email) });
    expect(await tryNow(replicas[1])).toEqual({ streams: ['contacts'] });
    const rejected = async () =>
      Object.values((await harness.progress(replicas[0])).streams.contacts.outcomes.rejected).reduce(
        (a, b) => a + b,
        0,
      );
    await harness.until(async () => ((await rejected()) > 230 ? true : undefined));
    const refused = (await rejected()) - 230;
    expect(refused).toBeLessThanOrEqual(50);
    expect(await parked('contacts', replicas[0])).toBeDefined();

    harness.klaviyo.trouble({ failEmails: [] });
    await tryNow();
    await harness.markAll();
    const progress = await harness.settled(replicas[0]);
    expect(progress.parkedStreams).toEqual([]);
    expect(await tryNow()).toEqual({ streams: [] });
    expect(progress.streams.contacts.outcomes.delivered).toBe(2 + 80 - refused);
  }, 120_000);

  it('gets no more events until a few are taken again', async () => {
    const body = JSON.stringify({ errors: [{ id: 'x', status: 400, code: 'invalid', title: 'No', detail: 'No' }] });
    harness.klaviyo.fault({ kind: 'status', status: 400, body, endpoint: 'POST /api/event-bulk-create-jobs' });
    const activities = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => outgoing.activity(activity('anna', from + n)));
    await harness.publish(...activities(1, 210));
    await harness.until(() => parked('activities', replicas[0]));
    harness.klaviyo.clearFaults();
    await harness.publish(...activities(1000, 100));
    await harness.markAll();
    expect(harness.klaviyo.events(TARGET)).toEqual([]);
    await tryNow();
    const progress = await harness.settled(replicas[0]);
    expect(progress.streams.activities.outcomes).toMatchObject({ delivered: 100, parked: 0 });
    expect(harness.klaviyo.events(TARGET)).toHaveLength(100);
  }, 120_000);
});
