import { type Contact } from '@portage/simulators';
import { isValidAddress, personOf } from './address.js';
import { isSuppressedByBounces } from './bounce-rule.js';
import { explicitOptIn, usableOptIn } from './opt-in.js';
import { type SourceRow } from './rows.js';

export type ContactDecision =
  'no_email' | 'invalid_email' | 'unsubscribed' | 'suppressed' | 'held' | 'subscribed' | 'no_consent';

/** How one contact stands in one pass. */
export interface ContactVerdict {
  readonly contact: Contact;
  /** Normalised; undefined where there is no valid address. */
  readonly person: string | undefined;
  readonly decision: ContactDecision;
  readonly deleted: boolean;
  readonly optIn: number | undefined;
  /** Normalised address of the last pass, if it was valid and is another one. */
  readonly changedFrom: string | undefined;
}

/** What the source said about one contact so far: an opt-out is remembered until a newer explicit opt-in. */
export class ContactMemory {
  readonly rows: SourceRow[] = [];
  private optedOutAt: number | undefined;
  private person: string | undefined;

  judge(contact: Contact, now: number, rules: { implicitToo: boolean; sendsAreRead: boolean }): ContactVerdict {
    const { email } = contact;
    const person = email !== undefined && isValidAddress(email.address) ? personOf(email.address) : undefined;
    const changedFrom = this.person !== undefined && this.person !== person ? this.person : undefined;
    const optIn = email === undefined ? undefined : usableOptIn(email, now);
    const decision = this.decide(contact, person, now, rules);
    this.person = person;
    return { contact, person, decision, deleted: contact.deletedAt !== undefined, optIn, changedFrom };
  }

  /** The opt-out that Klaviyo has of a former address is this contact's own from now on. */
  inherit(at: number): void {
    this.optedOutAt = Math.max(this.optedOutAt ?? 0, at);
  }

  private decide(
    { email }: Contact,
    person: string | undefined,
    now: number,
    rules: { implicitToo: boolean; sendsAreRead: boolean },
  ): ContactDecision {
    if (email === undefined) return 'no_email';
    const { permission } = email;
    // Without a date the opt-out counts from when it was first seen.
    if (permission === 'unsubscribed') this.optedOutAt = email.optOutDate ?? this.optedOutAt ?? now;
    if (person === undefined) return 'invalid_email';
    const optIn = explicitOptIn(email, now) ?? -Infinity;
    const here = this.rows.filter((row) => row.person === person);
    const leftByRow = here.some(({ type, second }) => type === 'opted_out' && second >= optIn);
    if (permission !== 'unsubscribed' && Math.floor((this.optedOutAt ?? Infinity) / 1000) < optIn)
      this.optedOutAt = undefined;
    if (permission === 'unsubscribed' || this.optedOutAt !== undefined || leftByRow) return 'unsubscribed';
    if (isSuppressedByBounces(here, rules.sendsAreRead)) return 'suppressed';
    if (permission !== 'explicit' && permission !== 'implicit') return 'held';
    const counts = permission === 'explicit' || rules.implicitToo;
    return counts && usableOptIn(email, now) !== undefined ? 'subscribed' : 'no_consent';
  }
}
