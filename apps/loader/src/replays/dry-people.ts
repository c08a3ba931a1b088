import { contactFacts, decide, type Decision, type EntryFacts } from '@portage/consent';
import { mapProfile, phonesOf } from '@portage/klaviyo';
import { type Contact, parseKey } from '@portage/records';
import { type ListBook, wantedLists } from '../lists/wanted-lists.js';
import { decideInputs, type PersonInputs, readEntries, readInputs } from '../people/inputs.js';
import { readStates } from '../people/people.repository.js';
import { type HeldContact, nothingWritten, type Outcome, type Person, type World } from '../people/person.js';
import { outcomeOfContact, skipOf } from '../people/settle.js';
import { type DryTally } from './dry-tally.js';
import { imagine } from './imagine.js';
import { readdressed } from './origin.js';
import { type RunContext } from './run-context.js';
import { type Readable } from './selector.js';

export interface DryPeople {
  readonly context: RunContext;
  readonly tally: DryTally;
  readonly world: World;
  readonly book: ListBook;
  /** Told of every contact, by the key that the source gives it, why its activities would be skipped; null: they would be sent. */
  readonly onContact: (sourceKey: string, skipped: string | null) => void;
}

interface Candidate {
  readonly sourceKey: string;
  readonly held: HeldContact;
  readonly bytes: number;
}

/** Decides on the people of contacts that come together, with everything else that the ledger knows of them. */
export async function decideContacts(
  dry: DryPeople,
  records: readonly { readonly partition: number; readonly record: Readable<'contacts'> }[],
): Promise<void> {
  const { route } = dry.context;
  const byEmail = new Map<string, Candidate[]>();
  for (const { partition, record } of records) {
    const { key, value, offset } = readdressed<'contacts'>(record, route);
    const held = {
      key,
      connectionId: route.target,
      version: value.meta.version,
      contact: value,
      open: true,
      partition,
      offset,
    };
    if (value.email === null) refuseAlone(dry, record.key, value);
    else {
      const candidate = { sourceKey: record.key, held, bytes: record.bytes };
      const candidates = byEmail.get(value.email);
      if (candidates) candidates.push(candidate);
      else byEmail.set(value.email, [candidate]);
    }
  }
  const emails = [...byEmail.keys()];
  if (emails.length === 0) return;
  const personOf = await readPersons(dry, emails);
  for (const [email, candidates] of byEmail) {
    const person = personOf(
      email,
      candidates.map(({ held }) => held),
    );
    const result = tallyPerson(dry, person, Math.max(...candidates.map(({ bytes }) => bytes)));
    for (const { held, sourceKey } of candidates) {
      const { outcome, reason } = outcomeOfContact(held, person.decision, result);
      dry.tally.fate('contacts', outcome, reason, held.contact.contactId);
      dry.onContact(sourceKey, skipOf(result));
    }
  }
}

/** Decides on people of whom nothing is selected but their opt-outs. Answers whose opt-out would be written. */
export async function decideOptOuts(dry: DryPeople, emails: readonly string[]): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  if (emails.length === 0) return written;
  const personOf = await readPersons(dry, emails);
  for (const email of emails) {
    const person = personOf(email, []);
    const before = person.state.optOut?.heldAt ?? null;
    const imagined = imagine(person, dry.world, mapFor(dry, person, 0));
    if (imagined.optOuts.length > 0) written.add(email);
    if (before === null || imagined.optOuts.length > 0) {
      dry.tally.person({ ...imagined, created: false, updated: false, joined: [], subscribed: false }, 0, false);
    }
  }
  return written;
}

/** Without a usable address there is no person. */
function refuseAlone({ tally, onContact }: DryPeople, sourceKey: string, contact: Contact): void {
  const decision = decide({ contacts: [contactFacts(contact)], entries: [] }, { consent: 'explicit' }, Date.now());
  const reason = decision.kind === 'skipped' ? decision.reason : 'no_email';
  tally.fate('contacts', 'skipped', reason, contact.contactId);
  onContact(sourceKey, reason);
}

async function readPersons(
  { context, book, world }: DryPeople,
  emails: readonly string[],
): Promise<(email: string, contacts: readonly HeldContact[]) => Person> {
  const { parts, route, target } = context;
  const { database, connections } = parts;
  const inputsOf = await readInputs(database, target.id, emails);
  const states = await readStates(database, target.id, emails);
  const source = connections.get(route.source);
  const isSame = route.source === route.target;
  // The source's own ledger has all its suppressions, whichever account they are to be replayed into.
  const brought = isSame
    ? new Map<string, EntryFacts[]>()
    : await readEntries(database, source?.target ?? '', emails, route.source);
  const connection = (id: string) => target.connection(id);
  return (email, contacts) => {
    const given = inputsOf(email);
    const keys = new Set(contacts.map(({ key }) => key));
    const state = states.get(email) ?? nothingWritten;
    const inputs: PersonInputs = {
      ...given,
      contacts: [...given.contacts.filter(({ key }) => !keys.has(key)), ...contacts],
      entries: [...given.entries, ...(brought.get(email) ?? [])],
    };
    return {
      email,
      inputs: 0,
      contacts: inputs.contacts,
      decision: decideInputs(inputs, connection, state.profile !== null, world.now),
      lists: wantedLists(inputs.contacts, connection, book),
      state,
      seen: null,
      formerAddresses: given.formerAddresses.filter((address) => address !== email),
      formers: undefined,
      yielding: false,
      mapped: undefined,
    };
  };
}

function tallyPerson(dry: DryPeople, person: Person, bytes: number): Outcome {
  const imagined = imagine(person, dry.world, mapFor(dry, person, bytes));
  const source = contactOf(person);
  dry.tally.person(imagined, bytes, source !== undefined && source.contact.phones.length > 0);
  return imagined.result;
}

/** Mapping a profile costs most of the time, so it is done where something depends on it: to compare, and when it may be too large. */
function mapFor({ context }: DryPeople, person: Person, bytes: number): () => Person['mapped'] {
  return () => {
    const { email, state } = person;
    if (state.profile === null && bytes < LARGE_BYTES) return { fingerprint: '', fields: [], phone: null };
    const source = contactOf(person);
    if (!source) return { fingerprint: '', fields: [], phone: null };
    const accountCountry = context.target.accountCountry(source.contact);
    const phones = phonesOf(source.contact, accountCountry);
    // Whose number is free is asked of Klaviyo when it is sent; what was sent before stays.
    const sendPhone = state.profile === null || (phones[0] !== undefined && state.profile.phone === phones[0]);
    return mapProfile(source.contact, {
      email,
      accountCountry,
      sendPhone,
      phones,
      written: state.profile?.fields ?? [],
    });
  };
}

const LARGE_BYTES = 30_000;

function contactOf({ decision, contacts }: Person): HeldContact | undefined {
  const id = contactIdOf(decision);
  return contacts.find(({ key }) => parseKey(key)?.sourceId === id);
}

function contactIdOf(decision: Decision): string | null {
  return 'contactId' in decision ? decision.contactId : null;
}
