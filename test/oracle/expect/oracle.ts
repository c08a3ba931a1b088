import { type Account, type Contact, type KlaviyoPersonState } from '@portage/simulators';
import { type Observation, type OracleOptions } from '../options.js';
import { ContactMemory, type ContactVerdict } from '../truth/contact-memory.js';
import { type PersonVerdict, verdictsOf } from '../truth/person-verdict.js';
import { RowReader, type SourceRow } from '../truth/rows.js';
import { eventOf } from './events.js';
import { type Expected, type ExpectedEvent, type ExpectedPerson, type Rename } from './expected.js';
import { KlaviyoPerson } from './klaviyo-person.js';
import { ExpectedLists } from './lists.js';
import { firstValidNumber, holdersOfNumbers } from './phones.js';
import { expectedProfile } from './profile.js';

/**
 * What Klaviyo must hold after each pass, computed from the source's truth and the written rules alone. Feed it the account as it
 * stood at each pass, in order.
 */
export class Oracle implements Expected {
  readonly people = new Map<string, ExpectedPerson>();
  readonly lists: ExpectedLists;
  readonly events: ExpectedEvent[] = [];
  readonly addressChain = new Map<string, string>();
  readonly renames = new Map<string, Rename>();
  readonly rowAddresses = new Set<string>();
  private readonly phoneOwners = new Map<string, string>();
  private readonly memories = new Map<string, ContactMemory>();
  private readonly reader = new RowReader();
  private readonly before: ReadonlyMap<string, KlaviyoPersonState>;

  constructor(private readonly options: OracleOptions) {
    this.lists = new ExpectedLists(options);
    this.before = new Map(
      options.before?.profiles.flatMap((one) => (one.email === null ? [] : [[one.email, one]])) ?? [],
    );
    for (const [email, { phone }] of this.before) {
      this.person(email);
      if (phone !== null) this.phoneOwners.set(phone, email);
    }
  }

  observe({ account, at }: Observation): this {
    this.lists.observe(account);
    const rows = this.reader.newRows(account);
    for (const row of rows) {
      this.memory(account, row).rows.push(row);
      this.rowAddresses.add(row.person);
    }
    const contacts = this.judge(account, at);
    this.moveAddresses(contacts, at);
    // Opt-outs inherited from former addresses change the verdict.
    const verdicts = verdictsOf(this.judge(account, at));
    const numbers = holdersOfNumbers(account);
    for (const verdict of verdicts.values()) this.settle(account, verdict, numbers);
    this.addEvents(account, rows, verdicts);
    return this;
  }

  private judge(account: Account, at: number): ContactVerdict[] {
    const rules = {
      implicitToo: this.options.consent === 'explicit_and_implicit',
      sendsAreRead: this.options.activityTypes.includes('sent'),
    };
    return account.contacts
      .filter(({ purgedAt }) => purgedAt === undefined)
      .map((contact) => this.memoryOf(contact).judge(contact, at, rules));
  }

  private moveAddresses(contacts: readonly ContactVerdict[], at: number): void {
    const held = new Set(contacts.map(({ person }) => person));
    const verdicts = verdictsOf(contacts);
    for (const { contact, changedFrom, person: address, decision } of contacts) {
      if (changedFrom === undefined) continue;
      const left = this.person(changedFrom);
      this.renames.delete(address ?? '');
      if (address !== undefined && !held.has(changedFrom) && this.isRenamed(left, verdicts.get(address))) {
        this.rename(left, address, this.memoryOf(contact).rows.length > 0);
      }
      if (address !== undefined) this.addressChain.set(changedFrom, address);
      if (left.state.isUnsubscribed) {
        this.memoryOf(contact).inherit(at);
        // A newer opt-in in the same change could outweigh what Klaviyo has of the old address, or not.
        if (decision === 'subscribed' && address !== undefined)
          this.doubt(address, 'moved from an unsubscribed address');
      } else if (left.state.isSuppressedOtherwise && address !== undefined) {
        this.doubt(address, 'moved from a suppressed address');
      }
      if (held.has(changedFrom)) continue;
      left.state.leave();
      left.former = true;
    }
  }

  /** Whether the profile of an address that was left gets the new one: nobody is known there, and all agree that it may be mailed. */
  private isRenamed(
    { state, profile, shared, former, uncertain }: ExpectedPerson,
    now: PersonVerdict | undefined,
  ): boolean {
    if (now === undefined || profile === undefined || shared || former || uncertain !== undefined) return false;
    if (!state.mailable || this.people.get(now.person)?.state.exists === true) return false;
    if (looksLikeTest(now.person)) return false;
    return now.decision === 'subscribed' || (now.decision === 'no_consent' && state.consent === 'NEVER_SUBSCRIBED');
  }

  private rename(left: ExpectedPerson, address: string, mayHaveEvents: boolean): void {
    this.renames.set(left.email, { to: address, certain: !mayHaveEvents });
    const { phone, state } = left;
    const person = this.person(address);
    person.state.inherit(state, !mayHaveEvents);
    if (phone === undefined || this.phoneOwners.get(phone) !== left.email) return;
    person.phone = phone;
    this.phoneOwners.set(phone, address);
  }

  private settle(account: Account, verdict: PersonVerdict, numbers: Map<string, Set<string>>): void {
    const person = this.person(verdict.person);
    if (looksLikeTest(verdict.person)) {
      // What is asked for such an address is dropped, opt-outs included, so whoever opted out is never made.
      if (isOptOut(verdict) && !person.state.exists) return;
      this.doubt(verdict.person, 'an address that looks like a test');
    }
    if (person.former) this.doubt(verdict.person, 'came back to an address that was left');
    person.former = false;
    person.state.move(verdict);
    person.shared = person.shared || verdict.holders.length > 1;
    const [first] = verdict.live;
    if (first === undefined) return;
    person.profile = expectedProfile(account, first.contact);
    person.lists = [...new Set(verdict.live.flatMap(({ contact }) => this.lists.known(contact.lists)))];
    this.settlePhone(account, person, first.contact, numbers);
  }

  /** A number is sent if one contact holds it and nobody in the target; one already sent stays though it becomes shared. */
  private settlePhone(
    account: Account,
    person: ExpectedPerson,
    contact: Contact,
    numbers: Map<string, Set<string>>,
  ): void {
    const number = firstValidNumber(account, contact);
    const sent = person.phone;
    const alone = number !== undefined && numbers.get(number)?.size === 1 && !this.heldInTarget(number, person.email);
    person.otherPhones = contact.phones.map((phone) => phone.number);
    if (sent !== undefined && sent !== number && this.phoneOwners.get(sent) === person.email)
      this.phoneOwners.delete(sent);
    delete person.phone;
    if (number === undefined || !(alone || number === sent)) return;
    person.phone = number;
    this.phoneOwners.set(number, person.email);
  }

  private heldInTarget(number: string, email: string): boolean {
    const owner = this.phoneOwners.get(number);
    return owner !== undefined && owner !== email;
  }

  private addEvents(account: Account, rows: readonly SourceRow[], verdicts: Map<string, PersonVerdict>): void {
    for (const row of rows) {
      const contact = account.contacts[row.contact];
      if (contact?.email === undefined || contact.purgedAt !== undefined) continue;
      const event = eventOf(row, contact.id, this.verdictOn(contact, verdicts), this.options);
      if (event !== undefined) this.events.push(event);
    }
  }

  private verdictOn(contact: Contact, verdicts: Map<string, PersonVerdict>): PersonVerdict | undefined {
    return verdicts.get(contact.email?.address.trim().toLowerCase() ?? '');
  }

  private doubt(email: string, why: string): void {
    this.person(email).uncertain = why;
  }

  private person(email: string): ExpectedPerson {
    const known = this.people.get(email);
    if (known !== undefined) return known;
    const state = KlaviyoPerson.before(this.before.get(email));
    const person: ExpectedPerson = { email, state, otherPhones: [], lists: [], shared: false, former: false };
    this.people.set(email, person);
    return person;
  }

  private memory(account: Account, row: SourceRow): ContactMemory {
    const contact = account.contacts[row.contact];
    if (contact === undefined) throw new RangeError(`a row names contact ${row.contact}, which is not there`);
    return this.memoryOf(contact);
  }

  private memoryOf({ id }: Contact): ContactMemory {
    const known = this.memories.get(id) ?? new ContactMemory();
    this.memories.set(id, known);
    return known;
  }
}

function looksLikeTest(address: string): boolean {
  return /@(example\.(com|net|org)|test\.com)$/.test(address);
}

function isOptOut({ decision }: PersonVerdict): boolean {
  return decision === 'unsubscribed' || decision === 'suppressed' || decision === 'held';
}
