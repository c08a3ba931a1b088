import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, outgoing, suppression } from '../../../test/loader/records.js';

const PEOPLE = 120;
const ids = Array.from({ length: PEOPLE }, (_, n) => `p${n}`);
const isOptedOut = (id: string) => Number(id.slice(1)) % 6 === 0;

describe('loaders that are killed and joined', () => {
  let harness: LoaderHarness;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    // Slow enough that a kill meets work under way.
    harness.klaviyo.trouble({ delays: { importRun: [60_000, 200_000], subscribe: [60_000, 200_000] } });
  }, 60_000);
  afterAll(() => harness.stop());

  it('end with exactly what one of them would have loaded', async () => {
    await harness.publish(outgoing.list(list('l1')), outgoing.list(list('l2')));
    await harness.publish(
      ...ids.map((id) =>
        outgoing.contact(
          contact(id, {
            listIds: Number(id.slice(1)) % 2 ? ['l1'] : ['l1', 'l2'],
            permission: isOptedOut(id) ? 'unsubscribed' : 'explicit',
          }),
        ),
      ),
      ...ids.filter(isOptedOut).map((id) => outgoing.suppression(suppression(id))),
    );
    await harness.markAll(['lists', 'contacts', 'suppressions']);
    await harness.publish(...ids.flatMap((id) => [1, 2, 3].map((n) => outgoing.activity(activity(id, n)))));
    await harness.markAll(['activities']);

    let replica: Replica = await harness.replica();
    for (const ms of [700, 1500, 2500, 1000, 2000]) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      const next = harness.replica();
      await replica.kill();
      replica = await next;
    }
    await harness.replica();
    const progress = await harness.settled(replica);

    const state = harness.klaviyo.state(TARGET);
    expect(state.profiles).toHaveLength(PEOPLE);
    expect(state.profiles.filter(({ consent }) => consent === 'SUBSCRIBED')).toHaveLength(PEOPLE - PEOPLE / 6);
    expect(state.lists.map(({ members }) => members.length).sort()).toEqual([PEOPLE, PEOPLE / 2].sort());
    expect(harness.klaviyo.events(TARGET)).toHaveLength(PEOPLE * 3);
    expect(progress.streams.activities.outcomes).toMatchObject({ delivered: PEOPLE * 3 });
    expect(progress.streams.contacts.outcomes).toMatchObject({ delivered: PEOPLE });
    expect(progress.streams.suppressions.outcomes).toMatchObject({ delivered: PEOPLE / 6 });
    const wrong = harness.klaviyo
      .audit(TARGET)
      .filter(({ email, mailable }) => mailable && isOptedOut(email.slice(0, email.indexOf('@'))));
    expect(wrong).toEqual([]);
  }, 120_000);
});
