import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { whileSpare } from '../pass/spare.js';
import { callsForEverybody, CONTACTS_PER_CALL } from './calls.js';
import { type ContactsProgress } from './contacts-progress.js';
import { beginWalk } from './counted-walk.js';
import { type AccountDefinitions } from './definitions.js';
import { comparedLists, keepListGaps, movedLists } from './list-gaps.js';
import { readMembers } from './read-members.js';
import { readEverybody } from './read-everybody.js';

/**
 * Reads the members of those lists whose count at the vendor says that somebody joined or left without any date having
 * moved. Two people who changed places leave no count changed: they are found by the next full read.
 */
export async function readMovedLists(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<void> {
  await whileSpare(async () => {
    const compared = await comparedLists(pass);
    const moved = movedLists(compared);
    if (moved.length === 0) return;
    const calls = moved.reduce((sum, { counted }) => sum + Math.ceil(counted / CONTACTS_PER_CALL), 0);
    if (calls > (await callsForEverybody(pass))) {
      await readEverybody(pass, definitions, RESERVES.changes);
      return;
    }
    const members = { lists: moved.map(({ listId }) => listId), walk: beginWalk };
    await readMembers(pass, definitions, { members, ...progress });
    await keepListGaps(pass, moved);
  });
}
