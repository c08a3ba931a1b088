import { type Connection } from '../connections/connection.js';
import { parseSchedule } from '../runs/cron.js';
import { type Run } from '../runs/run.js';

/** Where the contacts stand between passes. */
export interface ContactsCursor {
  /** Everything that changed up to here (ms) has been read. */
  readonly through?: number;
  /** When the last complete full walk began. */
  readonly walkedAt?: number;
}

/** A full walk for which less than this share of the day's calls is needed is part of every pass. */
const WALK_SHARE = 0.3;
const CONTACTS_PER_CALL = 500;
const DAY = 86_400_000;

export interface WalkInput {
  readonly run: Pick<Run, 'first' | 'sweep'>;
  readonly cursor: ContactsCursor;
  readonly contacts: number;
  readonly schedule: Connection['options']['schedule'];
  readonly callsPerDay: number;
  readonly now: number;
}

/**
 * Whether this pass reads all contacts (first, asked for, cheap enough, or a day after the last time) or only what changed.
 * Pure. Only a full walk sees list moves, tags and deletions, which move no date at the vendor.
 */
export function walksEverybody({ run, cursor, contacts, schedule, callsPerDay, now }: WalkInput): boolean {
  if (run.first || run.sweep || cursor.walkedAt === undefined || cursor.through === undefined) return true;
  const passesPerDay = parseSchedule(schedule)?.perDay ?? 0;
  const cheap = (contacts / CONTACTS_PER_CALL) * passesPerDay < callsPerDay * WALK_SHARE;
  return cheap || now - cursor.walkedAt >= DAY;
}
