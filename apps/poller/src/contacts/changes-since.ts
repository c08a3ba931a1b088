import { type ContactsWindow, endpoints } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { type ContactsProgress } from './contacts-progress.js';
import { beginWalk, walkCounted } from './counted-walk.js';
import { type AccountDefinitions } from './definitions.js';

/** Opt-outs first. `updated_after` alone misses them: unsubscribing does not move the contact's date. */
const filters = ['optout', 'updated'] as const;
type Filter = (typeof filters)[number];

/**
 * Reads everybody who opted out or changed since a moment, up to now. The windows are open towards now: closing them would
 * make everybody who changes meanwhile leave them, and shift the pages.
 */
export async function readChanges(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<void> {
  const { changes, since, startedAt } = progress;
  const startAt = changes ? filters.indexOf(changes.filter as Filter) : 0;
  for (const filter of filters.slice(Math.max(0, startAt))) {
    const begun = changes?.filter === filter ? changes.walk : beginWalk;
    const window = {
      endpoint: endpoints.contacts(windowOf(filter, since)),
      reserve: filter === 'optout' ? RESERVES.urgent : RESERVES.changes,
      seen: { stream: `changed:${filter}`, walk: startedAt },
      keep: (walk: typeof begun) => ({ progress: { contacts: { ...progress, changes: { filter, walk } } } }),
    };
    await walkCounted(pass, definitions, window, begun);
  }
}

function windowOf(filter: Filter, since: number): ContactsWindow {
  return filter === 'optout' ? { optoutAfter: since } : { updatedAfter: since };
}
