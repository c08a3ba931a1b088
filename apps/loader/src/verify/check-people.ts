import { randomInt } from 'node:crypto';
import { isSuppressed } from '@portage/consent';
import { type ImportRow, mapProfile, type PersonRead, phoneOf } from '@portage/klaviyo';
import { inParallel, slices } from '../parallel.js';
import { assemble, type Held } from '../people/assemble.js';
import { inherited } from '../people/next-step.js';
import { profileContact } from '../people/profiles.js';
import { type KnownLists } from './check-lists.js';
import { comparePerson } from './compare-person.js';
import { type VerifyContext } from './context.js';
import { type PersonFinding } from './difference.js';
import { idsOf } from './ledger.repository.js';
import { emailsOf, restingPeople, unchangedPeople } from './people.repository.js';
import { type RepairPlan } from './repair-plan.js';

export interface PeopleSeen {
  /** People of the ledger, and those of them that were compared. */
  ledger: number;
  compared: number;
  /** What Klaviyo knows of those compared. */
  profiles: number;
  subscribed: number;
  suppressed: number;
  memberships: number;
}

/** Everyone of the connection, or a sample, as Klaviyo has them: a request for every hundred. */
export async function checkPeople(context: VerifyContext, plan: RepairPlan, lists: KnownLists): Promise<PeopleSeen> {
  const { parts, connection, target, request } = context;
  const all = await emailsOf(parts.database, { target: target.id, connectionId: connection.id });
  const wanted = request.sample === null ? all : sampleOf(all, request.sample);
  const seen = { ledger: all.length, compared: 0, profiles: 0, subscribed: 0, suppressed: 0, memberships: 0 };
  for (const emails of slices(wanted, SLICE)) await checkSlice(context, plan, lists, emails, seen);
  return seen;
}

const SLICE = 1000;
const READS_AT_ONCE = 8;

async function checkSlice(
  context: VerifyContext,
  plan: RepairPlan,
  lists: KnownLists,
  emails: readonly string[],
  seen: PeopleSeen,
): Promise<void> {
  const { parts, connection, target, tally, signal } = context;
  const scope = { target: target.id, connectionId: connection.id };
  const resting = await restingPeople(parts.database, target.id, emails);
  const held = (await assemble(parts.database, target, resting, Date.now())).filter(({ gateOpen }) => gateOpen);
  const reads = await read(context, held);
  const found = held.map((each) => ({ held: each, findings: findingsOf(context, lists, each, reads) }));
  const odd = found.filter(({ findings }) => findings.length > 0);
  // Whoever got news meanwhile is not what was read: the next verification looks again.
  const still = await unchangedPeople(
    parts.database,
    target.id,
    odd.map(({ held: { person } }) => person),
  );
  const addresses = new Set(held.map(({ person }) => person.email));
  const waiting = emails.filter((email) => !addresses.has(email));
  const idOf = await idsOf(parts.database, scope, [...still, ...waiting]);
  for (const {
    held: { person },
    findings,
  } of odd) {
    if (!still.has(person.email)) continue;
    for (const { class: name, detail } of findings) {
      tally.add({ class: name, id: idOf(person.email), detail });
      plan.person(name, person.email, detail);
    }
  }
  for (const email of waiting) tally.add({ class: 'person_waiting', id: idOf(email), detail: null });
  seen.compared += held.length;
  count(seen, reads, lists);
  signal.throwIfAborted();
}

async function read({ target, signal }: VerifyContext, people: readonly Held[]): Promise<Map<string, PersonRead>> {
  const reads = new Map<string, PersonRead>();
  const emails = people.map(({ person }) => person.email);
  await inParallel(slices(emails, 100), READS_AT_ONCE, async (slice) => {
    for (const [email, one] of await target.klaviyo.readPeople(slice, { properties: true, signal }))
      reads.set(email, one);
  });
  target.answered();
  return reads;
}

function findingsOf(
  context: VerifyContext,
  lists: KnownLists,
  held: Held,
  reads: ReadonlyMap<string, PersonRead>,
): PersonFinding[] {
  const person = { ...held.person, decision: inherited(held.person) };
  const seen = reads.get(person.email) ?? null;
  const on = [...lists].filter(([, { members }]) => seen !== null && members.has(seen.profileId)).map(([id]) => id);
  return comparePerson({
    decision: person.decision,
    state: person.state,
    stale: held.stale,
    lists: person.lists,
    attributes: attributesOf(context, { ...held, person }),
    seen,
    existing: lists,
    on: new Set(on),
  });
}

/** What an import writes now; a phone number only where one was sent. */
function attributesOf({ target }: VerifyContext, held: Held): ImportRow['attributes'] | null {
  const source = profileContact(held);
  if (!source) return null;
  const accountCountry = target.accountCountry(source.contact);
  const { email, state } = held.person;
  const sent = state.profile?.phone ?? null;
  const sendPhone = sent !== null && sent === phoneOf(source.contact, accountCountry);
  const mapped = mapProfile(source.contact, { email, accountCountry, sendPhone, written: [] });
  return 'row' in mapped ? mapped.row.attributes : null;
}

function count(seen: PeopleSeen, reads: ReadonlyMap<string, PersonRead>, lists: KnownLists): void {
  for (const person of reads.values()) {
    seen.profiles += 1;
    if (isSuppressed(person)) seen.suppressed += 1;
    else if (person.consent === 'SUBSCRIBED') seen.subscribed += 1;
    for (const { members } of lists.values()) if (members.has(person.profileId)) seen.memberships += 1;
  }
}

function sampleOf<T>(all: readonly T[], size: number): T[] {
  const left = [...all];
  const picked: T[] = [];
  while (picked.length < size && left.length > 0) {
    const at = randomInt(left.length);
    const [one] = left.splice(at, 1, left.at(-1) as T);
    left.pop();
    picked.push(one as T);
  }
  return picked;
}
