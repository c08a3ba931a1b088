import { endpoints } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { publishAbsent } from './absent.js';
import { contactsCursor, cursorMoved } from './contacts-cursor.js';
import { beginWalk, walkCounted, type Window } from './counted-walk.js';
import { type AccountDefinitions } from './definitions.js';
import { forgetListGaps } from './list-gaps.js';

/**
 * Reads everybody, deleted people included, or goes on with such a read where it stands. The window is frozen by creation time:
 * freezing it by change would make every edit shift the pages, and lose people nobody touched.
 *
 * @returns when the read began (ms): everybody is known at least as of then
 */
export async function readEverybody(pass: Pass, definitions: AccountDefinitions, reserve: number): Promise<number> {
  const walk = (await contactsCursor(pass)).walk ?? { startedAt: Date.now(), ...beginWalk };
  const { startedAt } = walk;
  const window: Window = {
    endpoint: endpoints.contacts({ createdBefore: startedAt }),
    reserve,
    seen: { stream: 'contacts', walk: startedAt },
    keep: (state) => cursorMoved({ walk: { ...state, startedAt } }),
  };
  await walkCounted(pass, definitions, window, walk);
  await publishAbsent(pass, definitions, window);
  await forgetListGaps(pass);
  await pass.publish({ observedAt: startedAt, effects: cursorMoved({ walk: null, walkedAt: startedAt }) });
  return startedAt;
}
