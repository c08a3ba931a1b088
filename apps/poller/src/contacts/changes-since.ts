import { type ContactsWindow, endpoints } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { publishContacts } from './contact-page.js';
import { type AccountDefinitions } from './definitions.js';
import { type ContactsProgress } from './walk.js';

/** Opt-outs first. `updated_after` alone misses them: unsubscribing does not move the contact's date. */
const filters = ['optout', 'updated'] as const;
type Filter = (typeof filters)[number];

/** Reads everybody who opted out or changed since a moment, up to now. */
export async function readChanges(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<void> {
  const { changes, since } = progress;
  const startAt = changes ? filters.indexOf(changes.filter as Filter) : 0;
  for (const filter of filters.slice(Math.max(0, startAt))) {
    const from = changes?.filter === filter ? changes.next : null;
    const reserve = filter === 'optout' ? RESERVES.urgent : RESERVES.contacts;
    for await (const page of pass.source.pages(endpoints.contacts(windowOf(filter, since)), { from, reserve })) {
      const next = page.next === null ? {} : { changes: { filter, next: page.next } };
      await publishContacts(pass, definitions, page, () => ({ progress: { contacts: { ...progress, ...next } } }));
    }
  }
}

function windowOf(filter: Filter, since: number): ContactsWindow {
  return filter === 'optout' ? { optoutAfter: since } : { updatedAfter: since };
}
