import { type Importing, submitImports } from '../imports/submit-imports.js';
import { slices } from '../parallel.js';
import { admit } from './admit.js';
import { assemble, type Held } from './assemble.js';
import { leaveLists } from './leave-lists.js';
import { look } from './look.js';
import { sendOptOuts } from './opt-outs.js';
import { claimPeople, type Lane, lanes } from './people.repository.js';
import { type ImportRows, mapProfiles } from './profiles.js';
import { renamePeople } from './renames.js';
import { type RoundContext, worldOf } from './round-context.js';
import { type Resting, settle } from './settle.js';
import { sendSubscriptions } from './subscriptions.js';
import { triage, type Triage } from './triage.js';

/** How many people one round takes on. Loads are taken in bulk, because import jobs cost by number and not by size. */
const limits: Readonly<Record<Lane, number>> = { 0: 5000, 1: 25_000, 2: 10_000 };

/** People whose record is read, decided on and written together: small, so that a read is never old when it is used. */
const SLICE = 1000;

/**
 * Claims people of one lane and carries each as far as it goes without waiting. Everything is stored as it happens, so a
 * round may end anywhere; what is still claimed then is due again.
 *
 * @returns how many people were claimed
 */
export async function runRound(context: RoundContext, lane: Lane, firstPollMs: number): Promise<number> {
  const { database, target, claim } = context;
  const claimed = await claimPeople(database, {
    target: target.id,
    lane,
    connections: target.connections().map(({ id }) => id),
    claim: claim.id,
    limit: limits[lane],
  });
  if (claimed.length === 0) return 0;
  const rows: ImportRows = new Map();
  const importing: Importing[] = [];
  let people: Held[] = await assemble(database, target, claimed, Date.now());
  for (let turn = 0; people.length > 0 && turn < MOST_TURNS; turn += 1) {
    people = await carry(context, people, { lane, rows, importing });
  }
  if (people.length > 0)
    context.logger.warn({ target: target.id, people: people.length }, 'people did not come to rest in a round');
  await submitImports(context, await admit(context, importing), rows, firstPollMs);
  return claimed.length;
}

const MOST_TURNS = 8;

interface Round {
  readonly lane: Lane;
  readonly rows: ImportRows;
  readonly importing: Importing[];
}

/** One turn for everyone. Answers those who have a next step at once. */
async function carry(context: RoundContext, people: readonly Held[], round: Round): Promise<Held[]> {
  const next: Held[] = [];
  const groups = triage(people, (held) => worldOf(context, held));
  next.push(...(await act(context, groups, round)));
  for (const slice of slices(groups.looking, SLICE)) {
    await look(context, slice);
    const seen = triage(slice, (held) => worldOf(context, held));
    next.push(...(await act(context, seen, round)), ...seen.looking);
  }
  return next;
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
