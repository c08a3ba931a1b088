import {
  countOf,
  type Endpoint,
  endpoints,
  haveParts,
  idsOn,
  incompletePage,
  isCursorExpired,
  relativeLink,
} from '@portage/constant-contact';
import { type Effects } from '../pages/page.js';
import { type Pass } from '../pass/pass.js';
import { type PageOptions, type SourcePage } from '../pass/source.js';
import { publishContacts } from './contact-page.js';
import { type AccountDefinitions } from './definitions.js';

/** Where a walk through a window of contacts stands. */
export interface CountedWalk {
  readonly next: string | null;
  /** The most contacts that the vendor counted in the window on any page so far. */
  readonly expected: number | null;
  readonly attempt: number;
  readonly done: boolean;
  /** Whether anybody on the first page came with lists, tags or fields. */
  readonly included: boolean;
  /** Rows without an id so far: the vendor counts them, and nobody can be met in them. */
  readonly nameless: number;
}

export const beginWalk: CountedWalk = {
  next: null,
  expected: null,
  attempt: 1,
  done: false,
  included: false,
  nameless: 0,
};

/** A walk that met fewer people than the vendor counts is repeated this often at most; later passes go on looking. */
export const ATTEMPTS = 3;

/** So many contacts without lists, tags and fields are looked at alone before their page counts as whole. */
const LOOKED_AT = 3;

export interface Window {
  readonly endpoint: Endpoint;
  /** Share of the day's calls to leave. */
  readonly reserve: number;
  /** Under which name it is kept who was met. */
  readonly seen: { readonly stream: string; readonly walk: number };
  /** How the walk's state is kept; it moves with each page. */
  readonly keep: (walk: CountedWalk) => Effects;
}

/**
 * Walks through a window, from where `begun` stands. Pages are counted and not remembered by the vendor, so whoever leaves the
 * window or changes places in it between two pages makes the walk skip somebody. Therefore those met are counted: a walk that
 * met fewer than the vendor counted at any time is repeated, and who was met stays met.
 */
export async function walkCounted(
  pass: Pass,
  definitions: AccountDefinitions,
  window: Window,
  begun: CountedWalk,
): Promise<void> {
  let walk = begun;
  while (!walk.done) {
    walk = await walkOnce(pass, definitions, window, walk);
    const met = await metCount(pass, window.seen);
    const short = walk.expected !== null && met + walk.nameless < walk.expected;
    const again = short && walk.attempt < ATTEMPTS;
    walk = again ? { ...beginWalk, attempt: walk.attempt + 1 } : { ...walk, next: null, done: true };
    await pass.publish({ observedAt: Date.now(), effects: window.keep(walk) });
  }
}

async function walkOnce(
  pass: Pass,
  definitions: AccountDefinitions,
  window: Window,
  begun: CountedWalk,
): Promise<CountedWalk> {
  const { endpoint, reserve, seen, keep } = window;
  let walk = begun;
  let isFirst = begun.next === null;
  for await (const given of pass.source.pages(endpoint, { from: begun.next, reserve })) {
    const page = walk.included && !isFirst ? await wholePage(pass, window, given) : given;
    const included = isFirst ? haveParts(page.body) : walk.included;
    isFirst = false;
    const counted = countOf(page.body, 'contacts_count');
    const expected = counted === null ? walk.expected : Math.max(walk.expected ?? 0, counted);
    const { ids, nameless } = idsOn(page.body);
    walk = { ...walk, expected, included, nameless: walk.nameless + nameless, next: page.next };
    await publishContacts(pass, definitions, page, { seen: { ...seen, ids }, ...keep(walk) }, given.readAhead);
  }
  return walk;
}

/**
 * A page whose contacts lack what those of the first page had is asked for once more, in so many words. Where that changes nothing they
 * may have none of it, as the vendor may leave out what is empty: some are looked at alone.
 */
async function wholePage(pass: Pass, { endpoint, reserve }: Window, page: SourcePage): Promise<SourcePage> {
  const { ids } = idsOn(page.body);
  if (ids.length === 0 || haveParts(page.body)) return page;
  const again = await askInFull(pass, endpoint, { from: endpoints.withIncludes(relativeLink(page.url)), reserve });
  if (again !== null && haveParts(again.body)) return { ...again, next: page.next };
  for (const id of ids.slice(0, LOOKED_AT)) {
    const alone = await pass.source.find(endpoints.contact(id), { reserve });
    if (alone !== null && haveParts({ contacts: [alone.body] })) throw incompletePage(endpoint.name);
  }
  return page;
}

async function askInFull(pass: Pass, endpoint: Endpoint, options: PageOptions): Promise<SourcePage | null> {
  try {
    return await pass.source.page(endpoint, options);
  } catch (error) {
    if (isCursorExpired(error)) return null;
    throw error;
  }
}

async function metCount(pass: Pass, { stream, walk }: Window['seen']): Promise<number> {
  const [row] = await pass.database.query<{ met: number }>(
    'SELECT count(*)::int AS met FROM sync.seen WHERE connection_id = $1 AND stream = $2 AND walk = $3',
    [pass.connectionId, stream, walk],
  );
  return row?.met ?? 0;
}
