import { type PollerHarness } from './harness.js';
import { compacted, readTopic } from './topics.js';
import { activitiesOf, contactsOf, countActivities, plainOf } from './truth.js';

const DAY = 86_400_000;

/** The topics hold everybody who is at the source as they are there, and every activity within the history limit once. */
export async function expectComplete(harness: PollerHarness): Promise<void> {
  const account = harness.simulator.account();
  const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
  const present = [...contacts.values()].filter(({ meta }) => meta.op !== 'delete');
  expect(new Map(present.map((one) => [one.contactId, plainOf(one)]))).toEqual(contactsOf(account));
  const since = Date.parse(harness.connection.connectedAt) - 90 * DAY;
  const truth = activitiesOf(account, since);
  const activities = (await readTopic(harness.kafka, 'activities')).map(({ value }) => value);
  // Of types that the truth tells about.
  const told = activities.filter(({ type }) => type !== 'sent' && type !== 'forwarded');
  expect([...countActivities(told)].sort()).toEqual([...truth].sort());
}
