import { contactFacts } from '@portage/consent';
import { type ImportRow, mapProfile, type MappedProfile, phonesOf } from '@portage/klaviyo';
import { describeError, sleep } from '@portage/platform';
import { inParallel, slices } from '../parallel.js';
import { type Held } from './assemble.js';
import { type HeldContact } from './person.js';
import { type RoundContext } from './round-context.js';

/** Import rows of this round, by address. */
export type ImportRows = Map<string, ImportRow>;

/**
 * Works out what an import would write for people, phone numbers included.
 *
 * In Klaviyo a phone number is an identity: importing a known one with another address renames whoever has it. So a number
 * goes along only if one undeleted contact holds it in the source and nobody else in the target. One that was sent before and
 * became shared stays.
 */
export async function mapProfiles(context: RoundContext, people: readonly Held[], rows: ImportRows): Promise<void> {
  if (people.length === 0) return;
  const candidates = people.flatMap((held) => candidateOf(context, held));
  // Parsing phone numbers is slow enough to starve heartbeats.
  await sleep(0);
  const wanted = candidates.filter(({ held, phone }) => held.person.state.profile?.phone !== phone);
  const free = await freePhones(context, [...new Set(wanted.flatMap(({ phone }) => phone ?? []))]);
  for (const candidate of candidates) mapOrReject(context, candidate, free, rows);
}

interface Candidate {
  readonly held: Held;
  readonly source: HeldContact;
  readonly accountCountry: string | null;
  readonly phones: readonly string[];
  readonly phone: string | null;
}

function candidateOf(context: RoundContext, held: Held): Candidate[] {
  const source = profileContact(held);
  if (!source) return [];
  const accountCountry = context.target.accountCountry(source.contact);
  const phones = phonesOf(source.contact, accountCountry);
  return [{ held, source, accountCountry, phones, phone: phones[0] ?? null }];
}

type IsFree = (phone: string, email: string) => boolean;

/** One contact that trips the mapping must not stop the round for everybody else. */
function mapOrReject(context: RoundContext, candidate: Candidate, free: IsFree, rows: ImportRows): void {
  try {
    map(candidate, free, rows);
  } catch (error) {
    context.logger.error({ err: describeError(error) }, 'a contact could not be mapped and goes to the dead letters');
    const { held } = candidate;
    held.person = { ...held.person, mapped: { rejected: 'loader.unmappable' } };
  }
}

function map({ held, source, accountCountry, phones, phone }: Candidate, free: IsFree, rows: ImportRows): void {
  const { email, state } = held.person;
  const refused = state.rejected?.phone === phone;
  const sendPhone = phone !== null && !refused && (state.profile?.phone === phone || free(phone, email));
  const written = state.profile?.fields ?? [];
  const mapped = mapProfile(source.contact, { email, accountCountry, phones, sendPhone, written });
  if ('row' in mapped) rows.set(email, mapped.row);
  held.person = { ...held.person, mapped: 'row' in mapped ? stateOf(mapped) : mapped };
}

function stateOf({ fingerprint, fields, phone }: MappedProfile) {
  return { fingerprint, fields, phone };
}

/** Contact ids are unique within a connection only, so of two contacts with one id the living one is meant. */
export function profileContact({ person }: Held): HeldContact | undefined {
  const { decision } = person;
  if (!('contactId' in decision) || decision.contactId === null) return undefined;
  const named = person.contacts.filter(({ contact }) => contact.contactId === decision.contactId);
  return named.find(({ contact }) => !contactFacts(contact).deleted) ?? named[0];
}

/** Numbers that one contact alone holds in the source, and that are nobody's or the person's own in Klaviyo. */
async function freePhones(context: RoundContext, phones: readonly string[]): Promise<IsFree> {
  if (phones.length === 0) return () => false;
  const single = await context.database.query<{ phone: string }>(
    `SELECT phone FROM ledger.phones WHERE target = $1 AND phone = ANY($2::text[]) GROUP BY phone HAVING count(*) = 1`,
    [context.target.id, phones],
  );
  const sent = await context.database.query<{ phone: string; email: string }>(
    `SELECT profile->>'phone' AS phone, email FROM ledger.people WHERE target = $1 AND profile->>'phone' = ANY($2::text[])`,
    [context.target.id, phones],
  );
  const held = new Map(sent.map(({ phone, email }) => [phone, email]));
  const unshared = single.map(({ phone }) => phone);
  const signal = context.claim.signal;
  await inParallel(slices(unshared, LOOK_UP_ROWS), LOOK_UPS_AT_ONCE, async (slice) => {
    const holders = await context.target.klaviyo.findByPhones(slice, { signal });
    for (const [phone, { email }] of holders) held.set(phone, email ?? '');
  });
  if (unshared.length > 0) context.target.answered();
  const candidates = new Set(unshared);
  return (phone, email) => candidates.has(phone) && (held.get(phone) ?? email) === email;
}

const LOOK_UP_ROWS = 100;
/** All of a slice. */
const LOOK_UPS_AT_ONCE = 10;
