import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, nextRun, outgoing, suppression } from '../../../test/loader/records.js';

const PEOPLE = 90;
const ids = Array.from({ length: PEOPLE }, (_, n) => `p${n}`);
const isOptedOut = (id: string) => Number(id.slice(1)) % 5 === 0;

describe('a Klaviyo of which every endpoint fails now and then', () => {
  let harness: LoaderHarness;
  let replica: Replica;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
  }, 60_000);
  afterAll(() => harness.stop());

  it('ends up with exactly what it should hold', async () => {
    for (const kind of ['reset_before', 'reset_after', 'truncated', 'html_403', 'throttle'] as const) {
      harness.klaviyo.fault({ kind, probability: 0.05, retryAfter: 1 });
    }
    harness.klaviyo.fault({ kind: 'status', status: 503, probability: 0.05, retryAfter: 1 });
    harness.klaviyo.fault({ kind: 'status_after', status: 502, probability: 0.05 });
    harness.klaviyo.trouble({ cancelNext: 2, emptyIdNext: 1 });
    for (let round = 0; round < 6; round += 1) {
      nextRun();
      const part = ids.slice(round * 15, (round + 1) * 15);
      await harness.publish(
        outgoing.list(list(`l${round}`, { name: `List ${round % 3}` })),
        ...part.map((id) =>
          outgoing.contact(
            contact(id, { listIds: [`l${round}`], permission: isOptedOut(id) ? 'unsubscribed' : 'explicit' }),
          ),
        ),
        ...part.filter(isOptedOut).map((id) => outgoing.suppression(suppression(id))),
      );
      await harness.markAll(['lists', 'contacts', 'suppressions']);
      await harness.publish(...part.map((id) => outgoing.activity(activity(id, round))));
      await harness.markAll(['activities']);
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    const progress = await harness.settled(replica);

    const state = harness.klaviyo.state(TARGET);
    expect(state.profiles).toHaveLength(PEOPLE);
    expect(state.lists.map(({ name, members }) => `${name}: ${members.length}`).sort()).toEqual(
      [0, 0, 1, 1, 2, 2].map((n) => `List ${n}: 15`),
    );
    expect(state.profiles.filter(({ consent }) => consent === 'SUBSCRIBED')).toHaveLength((PEOPLE * 4) / 5);
    expect(harness.klaviyo.events(TARGET)).toHaveLength(PEOPLE);
    expect(progress.streams.contacts.outcomes).toMatchObject({ delivered: PEOPLE, rejected: {} });
    expect(progress.streams.activities.outcomes).toMatchObject({ delivered: PEOPLE });
    const wrong = harness.klaviyo
      .audit(TARGET)
      .filter(({ email, mailable }) => mailable && isOptedOut(email.slice(0, email.indexOf('@'))));
    expect(wrong).toEqual([]);
    expect(harness.klaviyo.violations()).toEqual([]);
  }, 180_000);
});
