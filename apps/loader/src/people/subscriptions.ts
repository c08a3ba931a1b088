import { maxima } from '@portage/klaviyo';
import { isPortageError } from '@portage/platform';
import { slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { lastCheck } from './last-check.js';
import { storePeople } from './people.repository.js';
import { transact } from '../transact.js';
import { type PersonState, type Step } from './person.js';
import { subscriptionReadBackAt } from './read-back.js';
import { learn, type RoundContext, worldOf } from './round-context.js';
import { restingPlace } from './settle.js';

export interface Subscribing {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'subscribe' }>;
}

/**
 * Subscribes people and leaves them waiting for the effect: the one write that is never repeated blindly.
 *
 * Invariant 3: right before the request leaves, one statement stores the intent for those whose inputs are still the ones
 * that were decided on; whoever got an opt-out meanwhile drops out. Whatever happens to the request afterwards, the ledger
 * knows that it may be in flight.
 *
 * @returns people whose subscription Klaviyo refused
 */
export async function sendSubscriptions(context: RoundContext, people: readonly Subscribing[]): Promise<Held[]> {
  const refused: Held[] = [];
  for (const part of slices(people, maxima.subscribe)) refused.push(...(await sendPart(context, part)));
  return refused;
}

async function sendPart(context: RoundContext, given: readonly Subscribing[]): Promise<Held[]> {
  const before = new Map(given.map(({ held }) => [held, held.person.state]));
  for (const { held, step } of given) {
    const { consentedAt } = step;
    const { sends, acceptances } = held.person.state.subscription ?? { sends: 0, acceptances: 0 };
    const sent = { sentAt: Date.now(), accepted: false, sends: sends + 1, acceptances };
    const subscription = { consentedAt, ...sent, effectiveAt: null };
    learn(held, { subscription, wrote: true });
  }
  const current = await store(context, given, true);
  const part = given.filter(({ held }) => current.get(held.person.email) === true);
  await takeBack(
    context,
    given.filter(({ held }) => current.get(held.person.email) === false),
    before,
  );
  if (part.length === 0) return [];

  const accepted = new Set<number>();
  try {
    const { rejected } = await request(context, part, accepted);
    context.target.answered();
    await store(context, accept(part, accepted), false);
    const code = rejected[0]?.code ?? null;
    const counts = { rows: part.length, rejected: rejected.length, code };
    if (code !== null)
      await transact(context.database, (queries) =>
        context.breakers.record(queries, context.target.id, 'contacts', counts),
      );
    return rejected.map(({ row, code }) => refuse(part[row]?.held, code, before)).filter((held) => held !== undefined);
  } catch (error) {
    await store(context, accept(part, accepted), false);
    const open = part.filter((_, row) => !accepted.has(row));
    // Anything but a clear no may have been carried out: it is looked for before it is sent again.
    if (isPortageError(error) && error.details['sent'] !== true) await takeBack(context, open, before);
    else await store(context, open, false);
    throw error;
  }
}

async function request(context: RoundContext, part: readonly Subscribing[], accepted: Set<number>) {
  const rows = part.map(({ held, step }) => ({ email: held.person.email, consentedAt: step.consentedAt }));
  return context.target.klaviyo.subscribe(rows, {
    ...lastCheck(
      context,
      part.map(({ held }) => held),
    ),
    onAccepted: (done) => {
      for (const row of done.rows) accepted.add(row);
      return Promise.resolve();
    },
  });
}

function accept(part: readonly Subscribing[], accepted: ReadonlySet<number>): Subscribing[] {
  const done = part.filter((_, row) => accepted.has(row));
  for (const { held } of done) {
    const { subscription } = held.person.state;
    learn(held, {
      subscription: subscription && { ...subscription, accepted: true, acceptances: subscription.acceptances + 1 },
    });
  }
  return done;
}

function refuse(held: Held | undefined, code: string, before: ReadonlyMap<Held, PersonState>): Held | undefined {
  if (!held) return undefined;
  const { mapped } = held.person;
  const fingerprint = mapped && 'fingerprint' in mapped ? mapped.fingerprint : null;
  learn(held, { ...before.get(held), rejected: { code, fingerprint } });
  return held;
}

async function store(
  context: RoundContext,
  part: readonly Subscribing[],
  keepClaim: boolean,
): Promise<ReadonlyMap<string, boolean>> {
  if (part.length === 0) return new Map();
  return transact(context.database, (queries) =>
    storePeople(
      queries,
      context.target.id,
      context.claim.id,
      part.map(({ held }) => ({
        ...restingPlace(context, held, 'subscription'),
        dueAt: keepClaim ? null : subscriptionReadBackAt(Date.now(), worldOf(context, held)),
        exposed: false,
        keepClaim,
      })),
    ),
  );
}

/** Nothing was sent for these: as if nobody had tried. They are due again. */
async function takeBack(
  context: RoundContext,
  part: readonly Subscribing[],
  before: ReadonlyMap<Held, PersonState>,
): Promise<void> {
  if (part.length === 0) return;
  for (const { held } of part) learn(held, { ...before.get(held) });
  await transact(context.database, (queries) =>
    storePeople(
      queries,
      context.target.id,
      context.claim.id,
      part.map(({ held }) => ({ ...restingPlace(context, held, 'subscribe'), dueAt: Date.now() + RETRY_MS })),
    ),
  );
}

const RETRY_MS = 1000;
