import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { whileSpare } from '../pass/spare.js';
import { publishedContacts } from './calls.js';
import { isPart } from '../runs/run.js';
import { readingState, type StreamState } from '../states/stream-state.js';
import { readChanges } from './changes-since.js';
import { contactsCursor, cursorMoved } from './contacts-cursor.js';
import { readsEverybodyAtOnce, reserveOf } from './contacts-plan.js';
import { type ContactsProgress } from './contacts-progress.js';
import { beginWalk } from './counted-walk.js';
import { AccountDefinitions } from './definitions.js';
import { readEverybody } from './read-everybody.js';
import { readMembers } from './read-members.js';
import { readMovedLists } from './read-moved-lists.js';

/**
 * Reads contacts and, with them, the opt-outs that contacts show: everybody, and then what changed while that was being
 * read; or only what changed since the last pass, and the lists whose members moved.
 */
export async function readContacts(pass: Pass): Promise<void> {
  let progress = (await pass.progress<ContactsProgress>('contacts')) ?? (await begin(pass));
  await pass.reading(['contacts', 'suppressions'], await stateOf(pass, progress));
  const definitions = await AccountDefinitions.read(pass, RESERVES.urgent);
  if (isPart(pass.run)) return readPart(pass, definitions, progress);
  if (progress.everybody === 'to_read') progress = await readEverybodyFirst(pass, definitions, progress);
  await readChanges(pass, definitions, progress);
  if (progress.everybody === 'no') await readMovedLists(pass, definitions, progress);
  const through = progress.startedAt - pass.settings.cursorLagMs;
  // The cursor stays behind now: what changes at the vendor shows in its filters only some time later.
  await pass.publish({ observedAt: progress.startedAt, effects: cursorMoved({ through }) });
}

async function begin(pass: Pass): Promise<ContactsProgress> {
  const now = Date.now();
  const { scope } = pass.run;
  if (isPart(pass.run)) {
    const members = scope.lists ? { members: { lists: scope.lists, walk: beginWalk } } : {};
    return keep(pass, { startedAt: now, since: scope.since ?? now, everybody: 'no', ...members });
  }
  const cursor = await contactsCursor(pass);
  const everybody = readsEverybodyAtOnce({
    run: pass.run,
    cursor,
    contacts: await publishedContacts(pass),
    schedule: pass.connection.options.schedule,
    callsPerDay: pass.settings.callsPerDay,
  });
  const since = (cursor.through ?? now) - pass.settings.overlapMs;
  return keep(pass, { startedAt: now, since, everybody: everybody ? 'to_read' : 'no' });
}

/** Some contacts for whoever asked for them. Between passes the stream stands where it stood. */
async function readPart(pass: Pass, definitions: AccountDefinitions, progress: ContactsProgress): Promise<void> {
  if (pass.run.scope.since !== undefined) await readChanges(pass, definitions, progress);
  await readMembers(pass, definitions, progress);
}

async function stateOf(pass: Pass, { everybody }: ContactsProgress): Promise<StreamState> {
  const state = readingState(pass.run, 'contacts');
  if (state === 'snapshot' || everybody === 'no') return state === 'sweep' ? 'delta' : state;
  return (await contactsCursor(pass)).through === undefined ? 'snapshot' : 'sweep';
}

/** Where the day's calls do not suffice, it is put off: what changed matters more, and the read goes on when there are calls. */
async function readEverybodyFirst(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<ContactsProgress> {
  const { through } = await contactsCursor(pass);
  if (through === undefined) {
    const readAt = await readEverybody(pass, definitions, RESERVES.snapshots);
    return keep(pass, { ...progress, everybody: 'read', since: readAt - pass.settings.overlapMs });
  }
  let readAt = 0;
  const done = await whileSpare(async () => {
    readAt = await readEverybody(pass, definitions, reserveOf(pass.run));
  });
  // A read that began in an earlier pass replaces no changes since.
  const since = Math.max(through, readAt >= progress.startedAt ? readAt : 0) - pass.settings.overlapMs;
  return keep(pass, { ...progress, everybody: done ? 'read' : 'no', since });
}

async function keep(pass: Pass, progress: ContactsProgress): Promise<ContactsProgress> {
  await pass.publish({ observedAt: progress.startedAt, effects: { progress: { contacts: progress } } });
  return progress;
}
