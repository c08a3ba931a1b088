import { maxima } from '@portage/klaviyo';
import { isPortageError } from '@portage/platform';
import { slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { lanes, storePeople } from './people.repository.js';
import { transact } from '../transact.js';
import { type Step } from './person.js';
import { learn, type RoundContext } from './round-context.js';
import { restingPlace } from './settle.js';

export interface Leaving {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'leave' }>;
}

/** Takes people off lists that Portage had put them on and the source has not any more. Changes nobody's consent. */
export async function leaveLists(context: RoundContext, people: readonly Leaving[]): Promise<void> {
  for (const list of new Set(people.flatMap(({ step }) => step.lists))) {
    const leaving = people.filter(({ step }) => step.lists.includes(list)).map(({ held }) => held);
    const ids = leaving.flatMap(({ person }) => person.seen?.profileId ?? []);
    for (const part of slices(ids, maxima.members)) await remove(context, list, part);
    context.target.answered();
    await store(context, leaving, list);
  }
}

async function remove(context: RoundContext, list: string, profileIds: readonly string[]): Promise<void> {
  context.claim.check();
  try {
    await context.target.klaviyo.removeFromList(list, profileIds, { signal: context.claim.signal });
  } catch (error) {
    // Nobody is on a list that is gone.
    if (!isPortageError(error) || error.disposition !== 'skip') throw error;
  }
}

async function store(context: RoundContext, left: readonly Held[], list: string): Promise<void> {
  for (const held of left) {
    learn(held, { lists: held.person.state.lists.filter((each) => each !== list), wrote: true });
  }
  for (const part of slices(left, 5000)) {
    await transact(context.database, (queries) =>
      storePeople(
        queries,
        context.target.id,
        context.claim.id,
        part.map((held) => ({
          ...restingPlace(context, held, 'load'),
          lane: lanes.load,
          leftLists: [list],
          keepClaim: true,
        })),
      ),
    );
  }
}
