import { optOutHolds } from '@portage/consent';
import { maxima } from '@portage/klaviyo';
import { type Database } from '@portage/persistence';
import { inParallel, slices } from '../parallel.js';
import { reassertOptOuts } from '../people/reassert.js';
import { type Target } from '../targets/target.js';
import { transact } from '../transact.js';
import {
  dueFinalLooks,
  finishLook,
  type FinalLook,
  type HeldOptOut,
  nextOptOuts,
  storeLook,
} from './final-looks.repository.js';

export interface FinalLookContext {
  readonly database: Database;
  readonly target: Target;
  readonly signal: AbortSignal;
  /** Renews the right to look at this target's people; false when another process has it. */
  readonly holds: () => Promise<boolean>;
  /** When an opt-out that was sent again can be expected to show. */
  readonly lookInMs: number;
}

/**
 * Reads every opt-out back once more at the end of an initial migration, some hundreds at a time, and has those brought about
 * anew that do not hold. Invariant 3: what undid them in between, an owner's own import for example, happened while Portage
 * was still loading; what the owner does after the migration is the owner's business.
 */
export async function runFinalLooks(context: FinalLookContext): Promise<void> {
  const { database, target } = context;
  const looks = await dueFinalLooks(
    database,
    target.id,
    target.connections().map(({ id }) => id),
  );
  for (const look of looks) {
    if (!(await context.holds())) return;
    await lookAtNext(context, look);
  }
}

const PAGE = 8 * maxima.readPeople;
const READS_AT_ONCE = 8;
/** Somebody is being worked on: a round takes some seconds. */
const BUSY_MS = 2000;

async function lookAtNext(context: FinalLookContext, look: FinalLook): Promise<void> {
  const { database, target, lookInMs } = context;
  const page = await nextOptOuts(database, target.id, look, PAGE);
  if (page.length === 0) return finishLook(database, target.id, look, lookInMs);
  const lost = await lostAmong(context, page);
  await transact(database, async (queries) => {
    const due = await reassertOptOuts(queries, target.id, lost);
    // Whoever could not be made due is looked at again, so the look stops short of the first of them.
    const busy = page.findIndex(({ email }) => lost.includes(email) && !due.has(email));
    const done = busy === -1 ? page : page.slice(0, busy);
    await storeLook(queries, target.id, look, {
      lastEmail: done.at(-1)?.email ?? look.lastEmail,
      looked: done.length,
      lost: due.size,
      dueInMs: busy === -1 ? 0 : BUSY_MS,
    });
  });
}

async function lostAmong({ target, signal }: FinalLookContext, page: readonly HeldOptOut[]): Promise<string[]> {
  const lost: string[] = [];
  await inParallel(slices(page, maxima.readPeople), READS_AT_ONCE, async (slice) => {
    const found = await target.klaviyo.readPeople(
      slice.map(({ email }) => email),
      { signal },
    );
    for (const { email, effect, sent } of slice)
      if (!optOutHolds(effect, found.get(email) ?? null, sent)) lost.push(email);
  });
  target.answered();
  return lost;
}
