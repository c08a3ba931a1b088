import { inParallel } from '../parallel.js';
import { transact } from '../transact.js';
import { type Held } from './assemble.js';
import { isKeptBack, lastCheck } from './last-check.js';
import { storePeople } from './people.repository.js';
import { type Step } from './person.js';
import { type FormerToTake, releaseFormers, takeFormers, takeOver } from './renames.repository.js';
import { learn, type RoundContext } from './round-context.js';
import { restingPlace, settle } from './settle.js';

export interface Renaming {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'rename' }>;
}

/**
 * Gives profiles the address that their contact moved to, and what the ledger knows of the old address to the new one.
 *
 * The old address's row is taken under the same claim, so that nobody writes anything for it meanwhile. What is about to be done
 * is stored first: a process that dies in between leaves who is to be looked for, and who has the new address then tells what
 * came of it.
 *
 * @returns people to go on with
 */
export async function renamePeople(context: RoundContext, people: readonly Renaming[]): Promise<Held[]> {
  if (people.length === 0) return [];
  const { taken, busy } = await take(context, people);
  const done = taken.filter(({ step }) => step.sent);
  const refused: Renaming[] = [];
  const open: Renaming[] = [];
  try {
    const sending = taken.filter(({ step }) => !step.sent);
    await inParallel(sending, REQUESTS_AT_ONCE, async (each) => {
      ({ done, refused, open })[await send(context, each)].push(each);
    });
  } finally {
    await store(context, done, [...refused, ...open]);
  }
  await wait(context, [...busy, ...open]);
  return [...done, ...refused].map(({ held }) => held);
}

const REQUESTS_AT_ONCE = 8;
/** Somebody else has the old address's row at this moment. */
const BUSY_MS = 1000;

/** Those whose old address is free and who got no news since they were decided on; what is to be done for them is stored. */
async function take(context: RoundContext, people: readonly Renaming[]) {
  const { database, target, claim } = context;
  const taken = await transact(database, async (queries) => {
    const free = await takeFormers(queries, target.id, claim.id, people.map(formerOf));
    const ready = people.filter(({ step }) => free.has(step.from));
    for (const { held, step } of ready) {
      const { from, profileId, sent } = step;
      if (!sent) learn(held, { rename: { from, profileId, sentAt: Date.now(), refused: null } });
    }
    const current = await storeRenames(context, ready, queries);
    const changed = ready.filter(({ held, step }) => !step.sent && current.get(held.person.email) !== true);
    for (const { held } of changed) learn(held, { rename: null });
    await storeRenames(context, changed, queries);
    await releaseFormers(queries, target.id, claim.id, formersOf(changed));
    return ready.filter((each) => !changed.includes(each));
  });
  return { taken, busy: people.filter((each) => !taken.includes(each)) };
}

/**
 * Changes one profile's address. `open`: news came, or the read grew too old, before it left; whether an earlier try of it arrived is
 * read.
 */
async function send(context: RoundContext, { held, step }: Renaming): Promise<'done' | 'refused' | 'open'> {
  const { target, claim } = context;
  const { email, state } = held.person;
  claim.check();
  try {
    const refused = await target.klaviyo.renamePerson(step.profileId, email, lastCheck(context, [held]));
    target.answered();
    if (refused === null) return 'done';
    learn(held, { rename: state.rename && { ...state.rename, refused } });
    return 'refused';
  } catch (error) {
    if (isKeptBack(error)) return 'open';
    throw error;
  }
}

/** What came of it: the rows of the old addresses go with their profiles, or back to whoever looks after them. */
async function store(context: RoundContext, done: readonly Renaming[], others: readonly Renaming[]): Promise<void> {
  const { database, target, claim } = context;
  const moves = done.map(({ held, step }) => ({ email: held.person.email, from: step.from }));
  const taken = await transact(database, async (queries) => {
    await storeRenames(context, others, queries);
    await releaseFormers(queries, target.id, claim.id, formersOf(others));
    return takeOver(queries, target.id, claim.id, moves);
  });
  const written = new Map(taken.map((row) => [row.email, row]));
  for (const { held } of done) {
    const { profile = null, lists = [] } = written.get(held.person.email) ?? {};
    learn(held, { profile, lists, subscription: null, rename: null, wrote: true });
  }
  // What was read says nothing any more.
  for (const { held } of [...done, ...others]) held.person = { ...held.person, seen: null, formers: undefined };
}

async function storeRenames(
  context: RoundContext,
  people: readonly Renaming[],
  queries: Parameters<typeof storePeople>[0],
): Promise<ReadonlyMap<string, boolean>> {
  const updates = people.map(({ held }) => ({ ...restingPlace(context, held, 'rename'), keepClaim: true }));
  return storePeople(queries, context.target.id, context.claim.id, updates);
}

async function wait(context: RoundContext, people: readonly Renaming[]): Promise<void> {
  const until = Date.now() + BUSY_MS;
  await settle(
    context,
    people.map(({ held }) => ({ held, step: { do: 'wait', phase: 'rename', until } })),
  );
}

function formerOf({ held: { person }, step: { from, sent } }: Renaming): FormerToTake {
  const events = person.formers?.find(({ address }) => address === from)?.events;
  return { from, sent, lastRequest: events?.lastRequest ?? 0 };
}

function formersOf(people: readonly Renaming[]): string[] {
  return people.map(({ step }) => step.from);
}
