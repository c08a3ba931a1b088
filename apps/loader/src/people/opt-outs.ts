import { maxima } from '@portage/klaviyo';
import { inParallel, slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { ADDRESS_REFUSED } from './opt-out-step.js';
import { lanes, storePeople } from './people.repository.js';
import { transact } from '../transact.js';
import { type PersonState, type Step } from './person.js';
import { readBackAt } from './read-back.js';
import { learn, type RoundContext, worldOf } from './round-context.js';
import { restingPlace } from './settle.js';

export interface OptingOut {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'opt_out' }>;
}

/**
 * Sends unsubscribes and suppressions and leaves the people waiting for the effect.
 *
 * What is about to be sent is stored first, because only an opt-out that the ledger knows as Portage's own may ever be lifted.
 * Until it is acknowledged it counts as sent long ago, so that a process that dies in between delays the opt-out by one look
 * only: repeating it is harmless.
 *
 * @returns people whose address Klaviyo refused and does not know; their next step says so
 */
export async function sendOptOuts(context: RoundContext, people: readonly OptingOut[]): Promise<Held[]> {
  const refused: Held[] = [];
  const parts = (['unsubscribe', 'suppress'] as const).flatMap((effect) => {
    const group = people.filter(({ step }) => step.effect === effect);
    return slices(group, maxima[effect]).map((part) => ({ effect, part }));
  });
  await inParallel(parts, REQUESTS_AT_ONCE, async ({ effect, part }) => {
    refused.push(...(await sendPart(context, effect, part)));
  });
  return refused;
}

const REQUESTS_AT_ONCE = 6;

async function sendPart(
  context: RoundContext,
  effect: 'unsubscribe' | 'suppress',
  part: readonly OptingOut[],
): Promise<Held[]> {
  const before = new Map(part.map(({ held }) => [held, held.person.state]));
  for (const { held, step } of part) learn(held, { ...step.state, wrote: true });
  const ours = await store(context, part, (state) => longAgo(state, context), true);
  const sent = part.filter(({ held }) => ours.has(held.person.email));
  const emails = sent.map(({ held }) => held.person.email);
  context.claim.check();
  const result = await context.target.klaviyo[effect](emails, { signal: context.claim.signal });
  context.target.answered();
  const refusals = new Map(result.rejected.map(({ row, code }) => [sent[row]?.held, code]));
  const unknown = ({ held }: OptingOut) => refusals.has(held) && held.person.seen?.read === null;
  warnOfRefused(context, sent.filter((each) => refusals.has(each.held) && !unknown(each)).length);
  // Whom Klaviyo knows it can mail, so a refusal is not about the address: it counts as lost and is sent again.
  await store(
    context,
    sent.filter((each) => !unknown(each)),
    (state, held) => (refusals.has(held) ? state : acknowledged(state)),
    false,
  );
  return sent.filter(unknown).map(({ held }) => {
    const code = refusals.get(held) ?? '';
    learn(held, { ...before.get(held), rejected: { code, fingerprint: ADDRESS_REFUSED } });
    return held;
  });
}

function warnOfRefused({ logger, target }: RoundContext, people: number): void {
  if (people === 0) return;
  logger.warn({ target: target.id, people }, 'Klaviyo refuses opt-outs of people whom it knows; they are sent again');
}

async function store(
  context: RoundContext,
  part: readonly OptingOut[],
  state: (state: PersonState, held: Held) => PersonState,
  keepClaim: boolean,
): Promise<ReadonlyMap<string, boolean>> {
  return transact(context.database, (queries) =>
    storePeople(
      queries,
      context.target.id,
      context.claim.id,
      part.map(({ held }) => ({
        ...restingPlace(context, held, 'opt_out'),
        state: state(held.person.state, held),
        lane: lanes.optOut,
        dueAt: keepClaim ? null : readBackAt(Date.now(), worldOf(context, held)),
        exposed: true,
        keepClaim,
      })),
    ),
  );
}

function longAgo(state: PersonState, { timing }: RoundContext): PersonState {
  const { optOut } = state;
  const age = Math.max(timing.reassertMs, timing.landsWithinMs);
  return { ...state, optOut: optOut && { ...optOut, sentAt: Date.now() - age } };
}

function acknowledged(state: PersonState): PersonState {
  const { optOut } = state;
  return { ...state, optOut: optOut && { ...optOut, acknowledged: (optOut.acknowledged ?? 0) + 1 } };
}
