import { isPortageError, PortageError } from '@portage/platform';
import { columns, type Database, type Queries } from '@portage/persistence';
import { type EventRow } from '@portage/klaviyo';
import { transact } from '../transact.js';

/**
 * For the moment before events leave: notes which leave for whom. Of `repeats` it is not known which ones Klaviyo has already, so
 * that these are never seen to land.
 *
 * Invariant 3: an event makes whoever Klaviyo does not know, mailable. A profile whose address is changed must have no event on its
 * way to the old address, and none may be sent there afterwards; the rename takes the person's row and looks at what is noted here.
 *
 * @throws PortageError `loader.moved` (skip) when somebody's profile is going to another address: nothing may be sent as it is
 */
export async function noteEvents(
  database: Database,
  target: string,
  events: readonly Pick<EventRow, 'email' | 'uniqueId'>[],
  { repeats = false } = {},
): Promise<void> {
  const recipients = [...new Set(events.map(({ email }) => email))];
  const [emails, ids] = columns(events, ['email', 'uniqueId']);
  const parameters = [target, recipients, emails, repeats ? events.map(() => '') : ids];
  const noted = await transact(database, (queries) => queries.query(NOTE, parameters));
  if (noted.length === 0) throw moved();
}

/** Shares the rows with other senders and with nobody who changes them, in the order of all who lock many people. */
const NOTE = `WITH recipients AS (
    SELECT FROM ledger.people WHERE target = $1 AND email = ANY($2::text[]) AND ready ORDER BY email FOR SHARE)
  INSERT INTO ledger.event_requests (target, emails, unique_ids)
  SELECT $1, $3::text[], $4::text[] WHERE (SELECT count(*) FROM recipients) = cardinality($2::text[])
  RETURNING id`;

/** Events that left for one address and may still be on their way. */
export interface RecentEvents {
  readonly lastRequest: number;
  readonly lastAt: number;
  /** One that left twice may land twice. */
  readonly uniqueIds: readonly string[];
}

/** By address. What is not forgotten yet is recent. */
export async function readRecentEvents(
  queries: Queries,
  target: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, RecentEvents>> {
  if (addresses.length === 0) return new Map();
  const rows = await queries.query<{ email: string; last_request: string; last_at: Date; unique_ids: string[] }>(
    `SELECT e.email, max(r.id) AS last_request, max(r.sent_at) AS last_at, array_agg(e.unique_id) AS unique_ids
     FROM ledger.event_requests r, unnest(r.emails, r.unique_ids) AS e (email, unique_id)
     WHERE r.target = $1 AND r.emails && $2::text[] AND e.email = ANY($2::text[])
     GROUP BY e.email`,
    [target, addresses],
  );
  return new Map(
    rows.map(({ email, last_request, last_at, unique_ids }) => [
      email,
      { lastRequest: Number(last_request), lastAt: last_at.getTime(), uniqueIds: unique_ids },
    ]),
  );
}

/** What has landed by now, if it ever does, is nobody's concern any more. */
export async function forgetEvents(queries: Queries, olderThanMs: number): Promise<void> {
  await queries.execute(`DELETE FROM ledger.event_requests WHERE sent_at < now() - $1 * interval '1 millisecond'`, [
    olderThanMs,
  ]);
}

export function isMoved(error: unknown): boolean {
  return isPortageError(error) && error.code === MOVED;
}

const MOVED = 'loader.moved';

function moved(): PortageError {
  return new PortageError({
    code: MOVED,
    disposition: 'skip',
    message: 'A contact is moving to another address at this moment; its events follow it.',
    details: { sent: false },
  });
}
