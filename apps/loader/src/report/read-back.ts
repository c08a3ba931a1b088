import { isSuppressed } from '@portage/consent';
import { metricName } from '@portage/klaviyo';
import { type Database } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { type ActivityType, activityTypeSymbols } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { inParallel, slices } from '../parallel.js';
import { type Target } from '../targets/target.js';

export interface ReadBack {
  readonly profiles: number;
  /** Consent SUBSCRIBED and not suppressed. */
  readonly subscribed: number;
  readonly suppressed: number;
  readonly lists: number;
  readonly memberships: number;
  readonly events: Readonly<Record<string, number>>;
}

export interface ReadBackContext {
  readonly database: Database;
  readonly target: Target;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** Events are accepted first and recorded minutes later: how often to look, and for how long. */
  readonly readBackMs: number;
  readonly patienceMs: number;
}

/** What Klaviyo itself says of a connection's people, lists and metrics. Takes a request per hundred people. */
export async function readBack(context: ReadBackContext): Promise<ReadBack> {
  const { database, target, connection, signal } = context;
  const people = await readPeople(database, target, connection.id, signal);
  const lists = await readLists(database, target, {
    connectionId: connection.id,
    profileIds: people.profileIds,
    signal,
  });
  return {
    profiles: people.profileIds.size,
    subscribed: people.subscribed,
    suppressed: people.suppressed,
    ...lists,
    events: await readEvents(context),
  };
}

async function readPeople(database: Database, target: Target, connectionId: string, signal: AbortSignal) {
  const rows = await database.query<{ email: string }>(
    'SELECT email FROM ledger.people WHERE target = $1 AND $2 = ANY(connections)',
    [target.id, connectionId],
  );
  const found = { profileIds: new Set<string>(), subscribed: 0, suppressed: 0 };
  const emails = rows.map(({ email }) => email);
  await inParallel(slices(emails, 100), READS_AT_ONCE, async (slice) => {
    for (const person of (await target.klaviyo.readPeople(slice, { signal })).values()) {
      found.profileIds.add(person.profileId);
      if (isSuppressed(person)) found.suppressed += 1;
      else if (person.consent === 'SUBSCRIBED') found.subscribed += 1;
    }
  });
  return found;
}

async function readLists(
  database: Database,
  target: Target,
  of: { readonly connectionId: string; readonly profileIds: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<{ lists: number; memberships: number }> {
  const rows = await database.query<{ klaviyo_id: string }>(
    'SELECT DISTINCT klaviyo_id FROM ledger.lists WHERE target = $1 AND connection_id = $2 AND klaviyo_id IS NOT NULL',
    [target.id, of.connectionId],
  );
  const found = { lists: 0, memberships: 0 };
  await inParallel(rows, READS_AT_ONCE, async ({ klaviyo_id: id }) => {
    if ((await target.klaviyo.getList(id, { signal: of.signal })) === null) return;
    found.lists += 1;
    const members = await target.klaviyo.listMembers(id, { signal: of.signal });
    found.memberships += members.filter((member) => of.profileIds.has(member)).length;
  });
  return found;
}

const READS_AT_ONCE = 8;

/** Waits for events that were accepted and are not counted yet, for a while. */
async function readEvents(context: ReadBackContext): Promise<Record<string, number>> {
  const accepted = await acceptedEvents(context);
  const deadline = Date.now() + context.patienceMs;
  for (;;) {
    const counts = await countEvents(context);
    const all = [...accepted].every(([type, count]) => (counts[type] ?? 0) >= count);
    if (all || Date.now() >= deadline) return counts;
    await sleep(context.readBackMs, context.signal);
  }
}

async function acceptedEvents({ database, connection }: ReadBackContext): Promise<Map<string, number>> {
  const rows = await database.query<{ type: string; n: string }>(
    `SELECT type, sum(n) AS n FROM ledger.activity_counts WHERE connection_id = $1 AND outcome = 'delivered' GROUP BY type`,
    [connection.id],
  );
  return new Map(rows.map(({ type, n }) => [type, Number(n)]));
}

export async function countEvents({
  target,
  connection,
  signal,
}: Pick<ReadBackContext, 'target' | 'connection' | 'signal'>): Promise<Record<string, number>> {
  const metrics = await target.klaviyo.metrics({ signal });
  const counts: Record<string, number> = {};
  for (const type of activityTypeSymbols satisfies readonly ActivityType[]) {
    const name = metricName(type, connection.options.metricSuffix);
    if (name === null) continue;
    let count = 0;
    for (const metric of metrics.filter((each) => each.name === name)) {
      count += await target.klaviyo.metricCount(metric.id, rangeOf(connection), { signal });
    }
    if (count > 0) counts[type] = count;
  }
  return counts;
}

/** From before the oldest activity that the connection's history reaches back to. */
function rangeOf({ historyFrom }: Connection): { from: number; to: number } {
  return { from: historyFrom - DAY_MS, to: Date.now() + DAY_MS };
}

const DAY_MS = 86_400_000;
