import { type Connection } from '../connections/connection.js';
import { timesPerDay } from '@portage/platform';
import { RESERVES } from '../pass/source.js';
import { type Run } from '../runs/run.js';
import { CONTACTS_PER_CALL } from './calls.js';
import { type ContactsCursor } from './contacts-cursor.js';

/** A full read for which less than this share of the day's calls is needed is part of every pass. */
const SHARE = 0.3;
const DAY = 86_400_000;

export interface ReadInput {
  readonly run: Pick<Run, 'snapshot' | 'republish'>;
  readonly cursor: ContactsCursor;
  readonly contacts: number;
  readonly schedule: Connection['options']['schedule'];
  readonly callsPerDay: number;
}

/**
 * Whether a pass reads everybody before anything else of contacts: nobody was read before, everything is to be published
 * again, or it costs little. Pure. Only a full read sees tags and purges, which move no date at the vendor.
 */
export function readsEverybodyAtOnce({ run, cursor, contacts, schedule, callsPerDay }: ReadInput): boolean {
  if (cursor.walkedAt === undefined || cursor.through === undefined || run.snapshot || run.republish) return true;
  return (contacts / CONTACTS_PER_CALL) * timesPerDay(schedule) < callsPerDay * SHARE;
}

/**
 * Whether a pass sweeps after everything else, with the calls that are left: it was asked to, a read was put off, or the
 * last one is a day old. Pure.
 */
export function sweepsAtLast(
  run: Pick<Run, 'snapshot' | 'sweep' | 'republish' | 'requestedAt'>,
  { walkedAt, walk }: ContactsCursor,
  now: number,
): 'asked' | 'spare' | 'no' {
  if (asksForEverybody(run) && (walkedAt ?? 0) < run.requestedAt) return 'asked';
  return walk || now - (walkedAt ?? 0) >= DAY ? 'spare' : 'no';
}

/** A snapshot is more urgent than engagement, a sweep less: which share of the day's calls a full read leaves. Pure. */
export function reserveOf(run: Pick<Run, 'snapshot' | 'republish'>): number {
  return run.snapshot || run.republish ? RESERVES.snapshots : RESERVES.sweeps;
}

function asksForEverybody(run: Pick<Run, 'snapshot' | 'sweep' | 'republish'>): boolean {
  return run.snapshot || run.sweep || run.republish;
}
