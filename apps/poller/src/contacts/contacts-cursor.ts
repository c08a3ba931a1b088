import { type Effects } from '../pages/page.js';
import { type Pass } from '../pass/pass.js';
import { type CountedWalk } from './counted-walk.js';

/** Where the contacts stand between passes. */
export interface ContactsCursor {
  /** Everything that changed up to here (ms) has been read. */
  readonly through?: number;
  /** When the last complete full read began. */
  readonly walkedAt?: number;
  /** A full read that is under way, over several passes if the day's calls do not suffice. */
  readonly walk?: FullWalk | null;
}

/** `startedAt` is the end of its window, and its name. */
export interface FullWalk extends CountedWalk {
  readonly startedAt: number;
}

export async function contactsCursor(pass: Pass): Promise<ContactsCursor> {
  const [row] = await pass.database.query<{ cursor: ContactsCursor }>(
    `SELECT cursor FROM sync.streams WHERE connection_id = $1 AND stream = 'contacts'`,
    [pass.connectionId],
  );
  return row?.cursor ?? {};
}

/** What is not named stays as it is. */
export function cursorMoved(cursor: ContactsCursor): Effects {
  return { cursors: [{ stream: 'contacts', cursor }] };
}
