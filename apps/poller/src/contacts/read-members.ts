import { endpoints, LISTS_PER_CALL } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { lookFor, publishGone, type PublishedContact } from './absent.js';
import { callsForEverybody } from './calls.js';
import { type ContactsProgress } from './contacts-progress.js';
import { beginWalk, walkCounted, type Window } from './counted-walk.js';
import { type AccountDefinitions } from './definitions.js';
import { readEverybody } from './read-everybody.js';

/**
 * Reads everybody who is on the lists of `progress.members`, and looks for those who were on them as last published and are not
 * any more: they may be on no list now, deleted or purged.
 */
export async function readMembers(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<void> {
  for (let members = progress.members; members && members.lists.length > 0;) {
    const { lists } = members;
    const keep: Window['keep'] = (walk) => ({ progress: { contacts: { ...progress, members: { lists, walk } } } });
    const chosen = lists.slice(0, LISTS_PER_CALL);
    const window: Window = {
      endpoint: endpoints.contacts({ lists: chosen }),
      reserve: RESERVES.changes,
      // Another name for each walk of the pass: who was met on other lists was not met on these.
      seen: { stream: 'members', walk: progress.startedAt + lists.length },
      keep,
    };
    await walkCounted(pass, definitions, window, members.walk);
    await publishLeavers(pass, definitions, chosen, window);
    members = { lists: lists.slice(LISTS_PER_CALL), walk: beginWalk };
    await pass.publish({
      observedAt: Date.now(),
      effects: { progress: { contacts: { ...progress, members } } },
    });
  }
}

/** One call each, unless reading everybody costs less. */
async function publishLeavers(
  pass: Pass,
  definitions: AccountDefinitions,
  lists: readonly string[],
  { seen, reserve }: Window,
): Promise<void> {
  const affordable = await callsForEverybody(pass);
  const leavers = await pass.database.query<PublishedContact>(
    `SELECT r.source_id, r.hash, r.version, r.run_id, r.value FROM sync.records r
       LEFT JOIN sync.seen s ON s.connection_id = r.connection_id AND s.stream = $2 AND s.source_id = r.source_id
     WHERE r.connection_id = $1 AND r.stream = 'contacts' AND r.hash <> 'gone'
       AND r.value -> 'listIds' ?| $4 AND coalesce(s.walk, 0) < $3 LIMIT $5`,
    [pass.connectionId, seen.stream, seen.walk, lists, affordable + 1],
  );
  if (leavers.length > affordable) {
    await readEverybody(pass, definitions, reserve);
    return;
  }
  await publishGone(pass, await lookFor(pass, definitions, leavers, { reserve, seen }));
}
