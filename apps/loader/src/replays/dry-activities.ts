import { mapEvent } from '@portage/klaviyo';
import { parseKey } from '@portage/records';
import { eventFate } from '../events/event-fate.js';
import { readStandings } from '../events/standings.js';
import { readFates } from './activity-fates.js';
import { type DryTally } from './dry-tally.js';
import { keyAt, originOf } from './origin.js';
import { hasValue, readStream } from './read-stream.js';
import { type RunContext } from './run-context.js';
import { meantContacts } from './scan-latest.js';
import { isCovered, type Readable } from './selector.js';

/** What the dry run has decided for the activities of a contact, by its key at the source. */
export type ContactFate = (key: string) => 'unknown' | 'sent' | { readonly skipped: string };

/** Counts what would become of activities, given what was decided about their contacts. */
export async function tallyActivities(context: RunContext, tally: DryTally, fateOf: ContactFate): Promise<void> {
  const { parts, route, selector } = context;
  const isMeant = await meantContacts(context);
  await readStream(context, 'activities', async (partition, records) => {
    const wanted: Readable<'activities'>[] = [];
    for (const record of records) {
      if (parseKey(record.key)?.connectionId !== route.source) continue;
      if ('undecodable' in record) tally.fate('activities', 'rejected', record.undecodable.code);
      else if (!hasValue(record)) tally.leftOut('activities', 'erased');
      else {
        const leftOut = selector.activity(partition, record, isMeant);
        if (leftOut === null) wanted.push(record);
        else tally.leftOut('activities', leftOut);
      }
    }
    if (route.source !== route.target) return tallyImagined(context, tally, fateOf, wanted);
    const fates = await readFates(parts.database, parts.cluster.topicName('activities'), partition, wanted);
    for (const { offset } of wanted) {
      const { outcome, reason } = fates(offset);
      tally.fate('activities', outcome, reason === '' ? null : reason);
    }
  });
}

async function tallyImagined(
  context: RunContext,
  tally: DryTally,
  fateOf: ContactFate,
  records: readonly Readable<'activities'>[],
): Promise<void> {
  const { plan, connection } = context;
  const { collectEngagement, metricSuffix } = connection.options;
  const standing = await readSkips(
    context,
    records.filter(({ key }) => fateOf(key) === 'unknown'),
  );
  for (const { key, value } of records) {
    const decided = fateOf(key);
    const skipped = decided === 'unknown' ? standing(key) : decided === 'sent' ? null : decided.skipped;
    // Only the address is not known here, and any will do to see whether the rest makes an event.
    const row = mapEvent(value, { email: 'somebody@portage.example', suffix: metricSuffix });
    if (!collectEngagement) tally.fate('activities', 'skipped', 'not_wanted');
    else if (!isCovered(value.meta, plan.pass)) tally.fate('activities', 'skipped', 'pass_incomplete');
    else if (skipped !== null) tally.fate('activities', 'skipped', skipped);
    else if ('rejected' in row) tally.fate('activities', 'rejected', row.rejected);
    else {
      tally.fate('activities', 'delivered', null);
      tally.event();
    }
  }
}

/** Contacts that are not selected may be in the target since an earlier replay. Null: their activities would be sent. */
async function readSkips(
  { parts, route, target }: RunContext,
  records: readonly Readable<'activities'>[],
): Promise<(key: string) => string | null> {
  if (records.length === 0) return () => 'deleted';
  const asked = records.map(({ key, value }) => ({
    target: target.id,
    key: keyAt(key, route),
    connectionId: originOf(route),
    runId: value.meta.runId,
    observedAt: value.meta.observedAt,
  }));
  const standingOf = await readStandings(parts.database, asked);
  const byKey = new Map(asked.map((each) => [each.key, standingOf(each)]));
  return (key) => {
    const standing = byKey.get(keyAt(key, route));
    if (!standing) return 'deleted';
    const fate = eventFate({ ...standing, contactsComplete: true }, { collectEngagement: true, working: true });
    return fate.do === 'send' ? null : fate.do === 'skip' ? fate.reason : 'not_settled';
  };
}
