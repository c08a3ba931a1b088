import { countOf, endpoints } from '@portage/constant-contact';
import { RESERVES } from '../pass/source.js';
import { type Pass } from '../pass/pass.js';
import { publishContacts } from './contact-page.js';
import { type AccountDefinitions } from './definitions.js';

/** Where the contacts phase of a pass stands. */
export interface ContactsProgress {
  /** When the pass began to read contacts: end of the walk's window, and the walk's name. */
  readonly startedAt: number;
  /** From when on changes are read after the walk, or instead of one. */
  readonly since: number;
  readonly walk?: WalkProgress;
  readonly changes?: { readonly filter: string; readonly next: string };
}

export interface WalkProgress {
  readonly next: string | null;
  /** Contacts in the window by the vendor's own count, as the walk's first page said. */
  readonly expected: number | null;
  readonly attempt: number;
  readonly done: boolean;
}

export const beginWalk: WalkProgress = { next: null, expected: null, attempt: 1, done: false };

/** A walk that met fewer people than the vendor counts is repeated this often at most; later passes go on looking. */
const ATTEMPTS = 3;

type Walking = ContactsProgress & { readonly walk: WalkProgress };

/**
 * Walks through everybody, deleted people included. The window is frozen by creation time: freezing it by change would make
 * every edit shift the pages, which are counted and not remembered by the vendor, and lose people nobody touched. Deletions
 * and purges still shift them, so the people met are counted and a short walk is repeated; who was met stays met.
 */
export async function walkEverybody(pass: Pass, definitions: AccountDefinitions, begun: Walking): Promise<void> {
  let progress = begun;
  while (!progress.walk.done) {
    progress = await walkOnce(pass, definitions, progress);
    const met = await metCount(pass, progress.startedAt);
    const short = progress.walk.expected !== null && met < progress.walk.expected;
    const again = short && progress.walk.attempt < ATTEMPTS;
    const walk = again
      ? { ...beginWalk, attempt: progress.walk.attempt + 1 }
      : { ...progress.walk, next: null, done: true };
    progress = { ...progress, walk };
    await pass.publish({ observedAt: progress.startedAt, effects: { progress: { contacts: progress } } });
  }
}

/** One more walk with the same name, when too many people are missing to look for each. */
export async function walkAgain(
  pass: Pass,
  definitions: AccountDefinitions,
  progress: ContactsProgress,
): Promise<void> {
  const walk = { ...beginWalk, attempt: ATTEMPTS };
  await walkEverybody(pass, definitions, { ...progress, walk });
}

async function walkOnce(pass: Pass, definitions: AccountDefinitions, begun: Walking): Promise<Walking> {
  let progress = begun;
  const endpoint = endpoints.contacts({ createdBefore: begun.startedAt });
  const reserve = pass.run.first ? RESERVES.contacts : RESERVES.sweep;
  for await (const page of pass.source.pages(endpoint, { from: begun.walk.next, reserve })) {
    const expected = progress.walk.expected ?? countOf(page.body, 'contacts_count');
    progress = { ...progress, walk: { ...progress.walk, expected, next: page.next } };
    await publishContacts(pass, definitions, page, (ids) => ({
      seen: { stream: 'contacts', walk: progress.startedAt, ids },
      progress: { contacts: progress },
    }));
  }
  return progress;
}

async function metCount(pass: Pass, walk: number): Promise<number> {
  const [row] = await pass.database.query<{ met: number }>(
    `SELECT count(*)::int AS met FROM sync.seen WHERE connection_id = $1 AND stream = 'contacts' AND walk = $2`,
    [pass.connectionId, walk],
  );
  return row?.met ?? 0;
}
