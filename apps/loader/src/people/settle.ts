import { contactFacts, type Decision } from '@portage/consent';
import { type Queries } from '@portage/persistence';
import { peopleMoved } from '../metrics.js';
import { slices } from '../parallel.js';
import {
  decideRecords,
  OPT_OUT_AWAITED,
  parkSuppressions,
  type RecordOutcome,
  settleSuppressions,
} from '../positions/outcomes.js';
import { type Held } from './assemble.js';
import { isExposed } from './next-step.js';
import { nextOptIn } from './opt-ins-ahead.js';
import { lanes, type Lane, type PersonUpdate, storePeople } from './people.repository.js';
import { STALE_SOURCE } from './subscription-step.js';
import { transact } from '../transact.js';
import { type HeldContact, type Outcome, type Phase, type Step } from './person.js';
import { type RoundContext, worldOf } from './round-context.js';

export interface Resting {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'wait' | 'finish' }>;
}

/** Stores people who wait for something or are done, with the outcomes of their records. Dead letters go first. */
export async function settle(context: RoundContext, resting: readonly Resting[]): Promise<void> {
  const isRejected = ({ step }: Resting) => step.do === 'finish' && step.result.outcome === 'rejected';
  const rejected = resting.filter(isRejected);
  const others = resting.filter((rest) => !isRejected(rest));
  for (const part of [...slices(others, STORE_ROWS), ...slices(rejected, BURIED_ROWS)]) {
    await bury(context, part);
    await transact(context.database, async (queries) => {
      const stored = await storePeople(
        queries,
        context.target.id,
        context.claim.id,
        part.map((rest) => updateOf(context, rest)),
      );
      const current = part.filter(({ held }) => stored.get(held.person.email) === true);
      await decideRecords(queries, context.target.id, current.flatMap(outcomesOf));
      await settleOptOuts(queries, context, current);
    });
    for (const { step } of part) peopleMoved.labels(step.do === 'wait' ? step.phase : 'done').inc();
  }
}

const STORE_ROWS = 5000;
/** Dead letters can be large, and are published again if their outcome is not stored. */
const BURIED_ROWS = 50;

function updateOf(context: RoundContext, { held, step }: Resting): PersonUpdate {
  const phase: Phase = step.do === 'wait' ? step.phase : 'done';
  return {
    ...restingPlace(context, held, phase),
    dueAt: step.do === 'wait' ? step.until : null,
    finished: step.do === 'finish' ? { skipped: skipOf(step.result) } : null,
  };
}

/** A person as it is now, waiting in `phase` and released. */
export function restingPlace(context: RoundContext, held: Held, phase: Phase): PersonUpdate {
  const { person } = held;
  return {
    email: person.email,
    inputs: person.inputs,
    state: person.state,
    phase,
    lane: laneOf(phase),
    dueAt: null,
    exposed: isExposed(person, worldOf(context, held)),
    finished: null,
    awaitedLists: person.lists.awaited,
    leftLists: [],
    optInAt: nextOptIn(person.contacts, Date.now()),
    jobsOpened: 0,
    keepClaim: false,
  };
}

function laneOf(phase: Phase): Lane {
  if (phase === 'opt_out' || phase === 'absent') return lanes.optOut;
  return phase === 'subscribe' || phase === 'subscription' ? lanes.subscribe : lanes.load;
}

/** Why activities of this person are not sent; people who are loaded and not subscribed get theirs. */
export function skipOf(result: Outcome): string | null {
  if (result.outcome === 'rejected') return 'person_rejected';
  const loaded = result.reason === 'consent_conflict' || result.reason === STALE_SOURCE;
  return result.outcome === 'skipped' && !loaded ? result.reason : null;
}

function outcomesOf({ held, step }: Resting): RecordOutcome[] {
  const { person } = held;
  if (isAbsent(step)) {
    const parked = { outcome: 'parked', reason: OPT_OUT_AWAITED } as const;
    const open = person.contacts.filter((contact) => contact.open);
    return open.map(({ key, version }) => ({ stream: 'contacts', key, version, ...parked }));
  }
  if (step.do !== 'finish') return [];
  return person.contacts
    .filter((contact) => contact.open)
    .map((contact) => ({
      stream: 'contacts',
      key: contact.key,
      version: contact.version,
      ...outcomeOfContact(contact, person.decision, step.result),
    }));
}

/** A deleted contact is nobody's profile, even where a living one shares the address. */
export function outcomeOfContact({ contact }: HeldContact, decision: Decision, result: Outcome): Outcome {
  const deleted = contactFacts(contact).deleted && decision.kind !== 'unsubscribed';
  return deleted ? { outcome: 'skipped', reason: 'deleted' } : result;
}

async function settleOptOuts(queries: Queries, context: RoundContext, stored: readonly Resting[]): Promise<void> {
  const concerned = stored.filter(({ held }) => held.hasEntries);
  const emails = concerned.map(({ held }) => held.person.email);
  if (emails.length > 0) await settleSuppressions(queries, context.target.id, emails);
  const absent = concerned.filter(({ step }) => isAbsent(step)).map(({ held }) => held.person.email);
  if (absent.length > 0) await parkSuppressions(queries, context.target.id, absent);
}

function isAbsent(step: Resting['step']): boolean {
  return step.do === 'wait' && step.phase === 'absent';
}

/** Contacts that Klaviyo refused, published with all their context before their outcome is stored. */
async function bury(context: RoundContext, resting: readonly Resting[]): Promise<void> {
  const letters = resting.flatMap(({ held, step }) => {
    if (step.do !== 'finish' || step.result.outcome !== 'rejected') return [];
    const code = step.result.reason;
    return held.person.contacts
      .filter((contact) => contact.open)
      .map((contact) => ({ ...contact, target: context.target.id, code }));
  });
  if (letters.length === 0) return;
  context.claim.check();
  await context.deadLetters.contacts(letters);
}
