import { type KlaviyoAuditEntry } from '@portage/simulators';
import { type Expected } from '../expect/expected.js';

export interface WrongMoment {
  readonly email: string;
  /** ms. */
  readonly at: number;
  readonly cause: KlaviyoAuditEntry['cause'];
}

interface Period {
  readonly from: number;
  /** Who may be made mailable from then on. */
  readonly mailable: ReadonlySet<string>;
}

/**
 * Watches promise 1 over time: between the beginning of a pass and the next one, nobody may become mailable whom the truth of that
 * pass does not let be. Who was mailable before stays so until the opt-out arrives; that is no new moment.
 */
export class MailabilityWatch {
  private readonly periods: Period[] = [];

  /** To be told after the oracle has seen a pass that began then (ms). */
  pass(from: number, expected: Expected): this {
    const people = [...expected.people.values()];
    const mailable = people.filter(
      ({ state, uncertain, former }) => uncertain !== undefined || (state.mailable && !former),
    );
    this.periods.push({ from, mailable: new Set(mailable.map(({ email }) => email)) });
    return this;
  }

  wrongMoments(audit: readonly KlaviyoAuditEntry[]): WrongMoment[] {
    const wasMailable = new Set<string>();
    const wrong: WrongMoment[] = [];
    for (const { email, mailable, at, cause } of audit) {
      const became = mailable && !wasMailable.has(email);
      if (mailable) wasMailable.add(email);
      else wasMailable.delete(email);
      const period = this.periods.findLast(({ from }) => from <= at);
      // What the owner does in Klaviyo, and what was there before the first pass, is not Portage's.
      if (!became || period === undefined || cause.request === 'admin') continue;
      if (!period.mailable.has(email)) wrong.push({ email, at, cause });
    }
    return wrong;
  }
}
