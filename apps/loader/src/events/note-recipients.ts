import { isPortageError, PortageError } from '@portage/platform';
import { type Database } from '@portage/persistence';
import { EVENT_NOTED_MS } from '../people/rename-step.js';
import { transact } from '../transact.js';

/**
 * For the moment before events leave: notes when their people got one, as exactly as a rename needs it.
 *
 * Invariant 3: an event makes whoever Klaviyo does not know, mailable. A profile whose address is changed must have no event on its
 * way to the old address, and none may be sent there afterwards; the rename takes the person's row and looks at what is noted there.
 *
 * @throws PortageError `loader.moved` (skip) when somebody's profile is going to another address: nothing may be sent as it is
 */
export async function noteRecipients(database: Database, target: string, emails: readonly string[]): Promise<void> {
  const people = [...new Set(emails)];
  const noted = await transact(database, (queries) => queries.query(NOTE, [target, people, EVENT_NOTED_MS]));
  if (noted.length < people.length) throw moved();
}

/** Locks rows that rounds store at the same time, in their own order. */
const NOTE = `WITH noted AS (
    UPDATE ledger.people SET event_at = now() WHERE target = $1 AND email = ANY($2::text[]) AND ready
      AND (event_at IS NULL OR event_at < now() - $3 * interval '1 millisecond')
    RETURNING email)
  SELECT email FROM noted UNION SELECT email FROM ledger.people
  WHERE target = $1 AND email = ANY($2::text[]) AND ready AND event_at >= now() - $3 * interval '1 millisecond'`;

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
