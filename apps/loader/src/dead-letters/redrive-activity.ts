import { mapEvent } from '@portage/klaviyo';
import { type Database, type Queries } from '@portage/persistence';
import { type Activity } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type ActivityOutcome, countActivities } from '../events/activity-outcome.js';
import { eventFate } from '../events/event-fate.js';
import { isMoved, noteEvents } from '../events/event-requests.js';
import { OptOutWatch } from '../events/opt-out-watch.js';
import { readStandings } from '../events/standings.js';
import { type Target } from '../targets/target.js';
import { refusal } from './refusal.js';

export interface BuriedActivity {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly wasUnreadable: boolean;
  readonly activity: Activity;
  readonly target: Target;
  readonly connection: Connection;
}

/**
 * Sends one activity under the rules that hold for all: to the address that the contact has now, after the person is settled.
 * Its `unique_id` is the record's, so that sending it twice makes one event (invariant 5).
 *
 * @throws PortageError `loader.dead_letter_refused` while it must wait, or when it is refused again
 */
export async function sendBuried(
  database: Database,
  { key, activity, target, connection }: BuriedActivity,
  signal: AbortSignal,
): Promise<{ outcome: 'delivered' | 'skipped'; reason: string }> {
  const { runId, observedAt } = activity.meta;
  const asked = { target: target.id, key, connectionId: connection.id, runId, observedAt };
  const standingOf = await readStandings(database, [asked]);
  const { collectEngagement, metricSuffix } = connection.options;
  const fate = eventFate(standingOf(asked), { collectEngagement, working: connection.working });
  if (fate.do === 'wait') throw refusal('The person of this activity is not settled yet: try again later.');
  if (fate.do === 'skip') return { outcome: 'skipped', reason: fate.reason };
  const row = mapEvent(activity, { email: fate.email, suffix: metricSuffix });
  if ('rejected' in row) throw refusal(`It still cannot become an event: ${row.rejected}.`);
  if (fate.optedOut && (await new OptOutWatch(database).missing(target, [row.email], signal)).size > 0) {
    throw refusal('Klaviyo lost this person and with it the opt-out, which is written anew: try again later.');
  }
  const beforeSend = () => noteEvents(database, target.id, [row]);
  const { rejected } = await target.klaviyo.sendEvents([row], { beforeSend, signal }).catch((error: unknown) => {
    throw isMoved(error) ? refusal('The contact is moving to another address: try again later.') : error;
  });
  target.answered();
  if (rejected[0]) throw refusal(`Klaviyo refuses it again: ${rejected[0].code}.`);
  return { outcome: 'delivered', reason: '' };
}

/** Moves the activity from the refused to what it has become; one that nobody counted is counted now. */
export async function recount(
  queries: Queries,
  { topic, partition, offset, key, wasUnreadable, activity, target, connection }: BuriedActivity,
  { outcome, reason }: { readonly outcome: 'delivered' | 'skipped'; readonly reason: string },
  first: boolean,
): Promise<void> {
  const { campaignActivityId, type, dedupKey } = activity;
  const [refused] = await queries.query<{ reason: string }>(
    `DELETE FROM ledger.activity_exceptions
     WHERE topic = $1 AND partition = $2 AND kafka_offset = $3 AND outcome = 'rejected' RETURNING reason`,
    [topic, partition, offset],
  );
  if (!refused && !(first && wasUnreadable)) return;
  if (refused) {
    await queries.execute(
      `UPDATE ledger.activity_counts SET n = n - 1
       WHERE target = $1 AND connection_id = $2 AND campaign_activity_id = $3 AND type = $4 AND outcome = 'rejected' AND reason = $5`,
      [target.id, connection.id, campaignActivityId, type, refused.reason],
    );
    await queries.execute('DELETE FROM ledger.activity_counts WHERE n = 0');
  }
  const counted: ActivityOutcome['counted'] = {
    target: target.id,
    connectionId: connection.id,
    key,
    campaignActivityId,
    type,
    dedupKey,
    observedAt: activity.meta.observedAt,
    outcome,
    reason,
  };
  await countActivities(queries, topic, partition, [{ offset, counted }]);
}
