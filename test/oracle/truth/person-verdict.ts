import { type ContactVerdict } from './contact-memory.js';

export type PersonDecision = 'unsubscribed' | 'deleted' | 'suppressed' | 'held' | 'subscribed' | 'no_consent';

/** All contacts of one address together: any one's opt-out counts for all, a deletion only if all are deleted. */
export interface PersonVerdict {
  readonly person: string;
  readonly decision: PersonDecision;
  /** Contacts that are not deleted: their data and lists are loaded. */
  readonly live: readonly ContactVerdict[];
  /** All contacts that hold the address. */
  readonly holders: readonly ContactVerdict[];
  readonly optIn: number | undefined;
}

export function verdictsOf(contacts: readonly ContactVerdict[]): Map<string, PersonVerdict> {
  const byPerson = new Map<string, ContactVerdict[]>();
  for (const verdict of contacts) {
    if (verdict.person === undefined) continue;
    const known = byPerson.get(verdict.person);
    if (known === undefined) byPerson.set(verdict.person, [verdict]);
    else known.push(verdict);
  }
  return new Map([...byPerson].map(([person, holders]) => [person, verdictOf(person, holders)]));
}

function verdictOf(person: string, holders: readonly ContactVerdict[]): PersonVerdict {
  const live = holders.filter(({ deleted }) => !deleted);
  const any = (decision: ContactVerdict['decision']): boolean => holders.some((one) => one.decision === decision);
  const consenting = live.find(({ decision }) => decision === 'subscribed');
  return { person, decision: decide(), live, holders, optIn: consenting?.optIn };

  function decide(): PersonDecision {
    if (any('unsubscribed')) return 'unsubscribed';
    if (live.length === 0) return 'deleted';
    if (any('suppressed')) return 'suppressed';
    if (any('held')) return 'held';
    return consenting === undefined ? 'no_consent' : 'subscribed';
  }
}
