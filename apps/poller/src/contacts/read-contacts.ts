import { type Pass } from '../pass/pass.js';
import { publishAbsent } from './absent.js';
import { readChanges } from './changes-since.js';
import { type ContactsCursor, walksEverybody } from './contacts-plan.js';
import { AccountDefinitions } from './definitions.js';
import { beginWalk, type ContactsProgress, walkEverybody } from './walk.js';

/**
 * Reads contacts and, with them, the opt-outs that contacts show: everybody, and then what changed while that was being
 * read; or only what changed since the last pass.
 */
export async function readContacts(pass: Pass): Promise<void> {
  const progress = (await pass.progress<ContactsProgress>('contacts')) ?? (await begin(pass));
  const definitions = await AccountDefinitions.read(pass.source);
  if (progress.walk) {
    await walkEverybody(pass, definitions, { ...progress, walk: progress.walk });
    await publishAbsent(pass, definitions, progress.startedAt);
  }
  await readChanges(pass, definitions, (await pass.progress<ContactsProgress>('contacts')) ?? progress);
  await moveCursor(pass, progress);
}

async function begin(pass: Pass): Promise<ContactsProgress> {
  const now = Date.now();
  const cursor = await contactsCursor(pass);
  const [counted] = await pass.database.query<{ contacts: number }>(
    `SELECT count(*)::int AS contacts FROM sync.records WHERE connection_id = $1 AND stream = 'contacts'`,
    [pass.connectionId],
  );
  const walks = walksEverybody({
    run: pass.run,
    cursor,
    contacts: counted?.contacts ?? 0,
    schedule: pass.connection.options.schedule,
    callsPerDay: pass.settings.callsPerDay,
    now,
  });
  const since = (walks ? now : (cursor.through ?? now)) - pass.settings.overlapMs;
  const progress: ContactsProgress = { startedAt: now, since, ...(walks ? { walk: beginWalk } : {}) };
  await pass.publish({ observedAt: now, effects: { progress: { contacts: progress } } });
  return progress;
}

async function contactsCursor(pass: Pass): Promise<ContactsCursor> {
  const [row] = await pass.database.query<{ cursor: ContactsCursor }>(
    `SELECT cursor FROM sync.streams WHERE connection_id = $1 AND stream = 'contacts'`,
    [pass.connectionId],
  );
  return row?.cursor ?? {};
}

/** The cursor stays behind now: what changes at the vendor shows in its filters only some time later. */
async function moveCursor(pass: Pass, progress: ContactsProgress): Promise<void> {
  const cursor: ContactsCursor = {
    through: progress.startedAt - pass.settings.cursorLagMs,
    ...(progress.walk ? { walkedAt: progress.startedAt } : {}),
  };
  await pass.publish({ observedAt: progress.startedAt, effects: { cursors: [{ stream: 'contacts', cursor }] } });
}
