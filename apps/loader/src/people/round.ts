import { type Importing, type ImportPlan, planOf, submitImports } from '../imports/submit-imports.js';
import { inParallel, slices } from '../parallel.js';
import { admit } from './admit.js';
import { assemble, type Held } from './assemble.js';
import { leaveLists } from './leave-lists.js';
import { look } from './look.js';
import { sendOptOuts } from './opt-outs.js';
import { type ClaimedPerson, claimPeople, type Lane, lanes } from './people.repository.js';
import { type ImportRows, mapProfiles } from './profiles.js';
import { renamePeople } from './renames.js';
import { type RoundContext, worldOf } from './round-context.js';
import { roundSize } from './round-size.js';
import { type Resting, settle } from './settle.js';
import { sendSubscriptions } from './subscriptions.js';
import { triage, type Triage } from './triage.js';

/**
 * People whose record is read, decided on and written together: small, so that a read is never old when it is used, and so that
 * little of them is in memory at a time. What an import will write is all that is kept of a slice until the round's end.
 */
const SLICE = 1000;
/** While one waits for Klaviyo's answers another one decides, and the round does not take as long as all answers together. */
const SLICES_AT_ONCE = 3;

/**
 * Claims people of one lane and carries each as far as it goes without waiting. Everything is stored as it happens, so a
 * round may end anywhere; what is still claimed then is due again.
 *
 * @param beside  rounds of the lane that run for other targets meanwhile
 * @returns how many people were claimed
 */
export async function runRound(
  context: RoundContext,
  lane: Lane,
  beside: number,
  firstPollMs: number,
): Promise<number> {
  const { database, target, claim } = context;
  const claimed = await claimPeople(database, {
    target: target.id,
    lane,
    connections: target.connections().map(({ id }) => id),
    claim: claim.id,
    limit: await roundSize(database, target.id, lane, beside),
  });
  const imports: ImportPlan[] = [];
  await inParallel(slices(claimed, SLICE), SLICES_AT_ONCE, async (slice) => {
    imports.push(...(await carrySlice(context, lane, slice)));
  });
  await submitImports(context, imports, firstPollMs);
  return claimed.length;
}

/** Answers what is to be imported, with the rest of the round: jobs cost by number and not by size. */
async function carrySlice(context: RoundContext, lane: Lane, slice: readonly ClaimedPerson[]): Promise<ImportPlan[]> {
  const { database, target, logger } = context;
  const round: Round = { lane, rows: new Map(), importing: [] };
  let people = await assemble(database, target, slice, Date.now());
  for (let turn = 0; people.length > 0 && turn < MOST_TURNS; turn += 1) {
    people = await carry(context, people, round);
  }
  if (people.length > 0)
    logger.warn({ target: target.id, people: people.length }, 'people did not come to rest in a round');
  const admitted = await admit(context, round.importing);
  return admitted.map((importing) => planOf(context, importing, round.rows));
}

const MOST_TURNS = 8;

interface Round {
  readonly lane: Lane;
  readonly rows: ImportRows;
  readonly importing: Importing[];
}

/** One turn for everyone. Answers those who have a next step at once. */
async function carry(context: RoundContext, people: readonly Held[], round: Round): Promise<Held[]> {
  const groups = triage(people, (held) => worldOf(context, held));
  const next = await act(context, groups, round);
  if (groups.looking.length === 0) return next;
  await look(context, groups.looking);
  const seen = triage(groups.looking, (held) => worldOf(context, held));
  return [...next, ...(await act(context, seen, round)), ...seen.looking];
}

/** Carries out what the triage found, opt-outs first. */
async function act(context: RoundContext, groups: Triage, { lane, rows, importing }: Round): Promise<Held[]> {
  const refused = await sendOptOuts(context, groups.optingOut);
  const renamed = await renamePeople(context, groups.renaming);
  // Only loads are wide enough to fill import jobs; whoever needs one and is not among them joins the next.
  if (lane === lanes.load) importing.push(...groups.importing);
  await settle(context, lane === lanes.load ? groups.resting : [...groups.resting, ...groups.importing.map(toLoad)]);
  const unsubscribable = await sendSubscriptions(context, await admit(context, groups.subscribing));
  await leaveLists(context, groups.leaving);
  await mapProfiles(context, groups.mapping, rows);
  return [...refused, ...renamed, ...unsubscribable, ...groups.leaving.map(({ held }) => held), ...groups.mapping];
}

function toLoad({ held }: Importing): Resting {
  return { held, step: { do: 'wait', phase: 'load', until: Date.now() } };
}
