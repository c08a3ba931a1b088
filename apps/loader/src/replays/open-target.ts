import { type Queries } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { type Stream } from '@portage/records';
import { phonesHeldBy, storePhones } from '../intake/phones.js';
import { openGate, openGates } from '../marks/gates.js';
import { type LatestKeys } from './latest-keys.js';
import { originOf, readdressed } from './origin.js';
import { type RunContext } from './run-context.js';
import { scanLatest } from './scan-latest.js';

/**
 * Lets people into another connection's target.
 *
 * Invariant 3: called when every suppression of the source was seen in effect there. A target connection without a source of its
 * own gets its gate opened by that; one that has a source waits until its own opt-outs are in effect, too.
 */
export async function openTarget(context: RunContext): Promise<void> {
  const { parts, route, held, signal, connection } = context;
  if (route.source === route.target) return;
  await parts.database.transaction(async (queries) => {
    await storeOrigin(queries, context);
    if (!connection.sourced) await openGate(queries, route.target);
  });
  while (!(await openGates(parts.database)).has(route.target)) {
    await held.waitsFor("The opt-outs of the target connection's own source are not all in effect yet.");
    await sleep(LOOK_MS, signal);
  }
  await held.waitsFor(null);
}

const LOOK_MS = 1000;

/** From now on records of this origin count as known as of that pass, with nothing left to be read before them. */
async function storeOrigin(queries: Queries, { parts, plan, route, connection }: RunContext): Promise<void> {
  const origin = originOf(route);
  const source = parts.connections.get(route.source);
  const { runId = '', completedAt = 0 } = plan.pass ?? {};
  await queries.execute(
    `INSERT INTO ledger.replay_origins AS o (origin, connection_id, connection_target, pass_completed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (origin) DO UPDATE SET connection_target = EXCLUDED.connection_target,
       pass_completed_at = GREATEST(o.pass_completed_at, EXCLUDED.pass_completed_at)`,
    [origin, route.source, source?.target ?? '', completedAt],
  );
  const streams: readonly Stream[] = ['suppressions', 'contacts'];
  for (const stream of streams) await storeMark(queries, origin, stream, { runId, completedAt });
  // Without lists of its own there are none to wait for but those that the replay has brought.
  if (!connection.sourced) await storeMark(queries, route.target, 'lists', { runId, completedAt: 0 });
}

async function storeMark(
  queries: Queries,
  connectionId: string,
  stream: Stream,
  { runId, completedAt }: { readonly runId: string; readonly completedAt: number },
): Promise<void> {
  await queries.execute(
    `INSERT INTO ledger.marks AS m (connection_id, stream, run_id, completed_at, end_offsets, topic, settled_at, first_settled_at)
     VALUES ($1, $2, $3, $4, '{}', '', now(), now())
     ON CONFLICT (connection_id, stream) DO UPDATE SET run_id = EXCLUDED.run_id, completed_at = EXCLUDED.completed_at
     WHERE EXCLUDED.completed_at > m.completed_at`,
    [connectionId, stream, runId, completedAt],
  );
}

/**
 * The newest records of contacts. On the way the phone numbers of all of them become known in another target, selected or not:
 * a number that several contacts hold is nobody's.
 */
export async function scanContacts(context: RunContext): Promise<LatestKeys> {
  const { parts, route, target } = context;
  if (route.source === route.target) return scanLatest(context, 'contacts');
  return scanLatest(context, 'contacts', async (records) => {
    const newest = new Map(records.map((record) => [record.key, readdressed<'contacts'>(record, route)]));
    const rows = [...newest.values()];
    const keys = rows.map(({ key }) => key);
    const phones = phonesHeldBy(rows, parts.connections);
    await parts.database.transaction((queries) => storePhones(queries, target.id, keys, phones));
  });
}
