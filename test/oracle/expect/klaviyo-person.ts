import { type KlaviyoPersonState } from '@portage/simulators';
import { type PersonVerdict } from '../truth/person-verdict.js';

export type Consent = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NEVER_SUBSCRIBED';
type Reason = 'unsubscribe' | 'held' | 'bounce' | 'left_address' | 'foreign';

/** Who must exist in Klaviyo and how mailable: moved from pass to pass by the person's verdict. */
export class KlaviyoPerson {
  exists = false;
  consent: Consent = 'NEVER_SUBSCRIBED';
  /** Date of the present subscription, where Portage made it. */
  consentedAt: number | undefined;
  private readonly reasons = new Set<Reason>();

  static before(state: KlaviyoPersonState | undefined): KlaviyoPerson {
    const person = new KlaviyoPerson();
    if (state === undefined) return person;
    person.exists = true;
    person.consent = state.consent as Consent;
    if (state.suppressions.length > 0 || state.consent === 'UNSUBSCRIBED') person.reasons.add('foreign');
    return person;
  }

  get suppressed(): boolean {
    return this.reasons.size > 0;
  }

  get mailable(): boolean {
    return this.exists && !this.suppressed;
  }

  get isUnsubscribed(): boolean {
    return this.consent === 'UNSUBSCRIBED';
  }

  /** Some opt-out of a kind that only its own address carries. */
  get isSuppressedOtherwise(): boolean {
    return this.suppressed && !this.isUnsubscribed;
  }

  /** The profile of the former address comes with its consent; if only perhaps, its date is left open. */
  inherit({ consent, consentedAt }: KlaviyoPerson, isCertain: boolean): void {
    this.consent = consent;
    this.consentedAt = isCertain ? consentedAt : undefined;
  }

  move(verdict: PersonVerdict): void {
    switch (verdict.decision) {
      case 'deleted':
        return;
      case 'unsubscribed':
        this.reasons.add('unsubscribe');
        this.consent = 'UNSUBSCRIBED';
        this.consentedAt = undefined;
        break;
      case 'suppressed':
        this.reasons.add('bounce');
        break;
      case 'held':
        this.reasons.add('held');
        break;
      case 'subscribed':
        this.subscribe(verdict);
        break;
      case 'no_consent':
        break;
    }
    this.exists = true;
  }

  /** The contact went to another address and nobody else holds this one. */
  leave(): void {
    if (this.exists) this.reasons.add('left_address');
  }

  /** Portage lifts only what it wrote itself, and a bounce never. */
  private subscribe({ live, optIn }: PersonVerdict): void {
    const explicit = live.some(
      ({ contact, decision }) => decision === 'subscribed' && contact.email?.permission === 'explicit',
    );
    const liftable = [...this.reasons].every((reason) => reason === 'unsubscribe' || reason === 'held');
    if (!liftable || (this.reasons.size > 0 && !explicit)) return;
    if (this.consent !== 'SUBSCRIBED') this.consentedAt = optIn;
    this.reasons.clear();
    this.consent = 'SUBSCRIBED';
  }
}
