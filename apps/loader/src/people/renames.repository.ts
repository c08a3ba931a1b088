import { columns, type Queries } from '@portage/persistence';
import { VACANT } from './formers.js';
import { type ProfileState } from './person.js';

/** Who moved from where. */
export interface Move {
  readonly from: string;
  readonly email: string;
}

export interface FormerToTake {
  readonly from: string;
  /** The profile has gone already: the row is taken as it is. */
  readonly sent: boolean;
  /** The last request with events for the address that is known of; 0: none. */
  readonly lastRequest: number;
}

export interface TakenOver {
  readonly email: string;
  readonly profile: ProfileState | null;
  readonly lists: readonly string[];
}

/**
 * Takes the rows of addresses whose profile is to go, under a claim; from now on no event is sent to them.
 *
 * @returns those that were free, and where nothing of ours may be on its way to the address
 */
export async function takeFormers(
  queries: Queries,
  target: string,
  claim: number,
  formers: readonly FormerToTake[],
): Promise<Set<string>> {
  const rows = await queries.query<{ email: string }>(
    `UPDATE ledger.people p SET claim = $2, due_at = NULL, ready = false
     FROM unnest($3::text[], $4::boolean[]) AS f (email, sent)
     WHERE p.target = $1 AND p.email = f.email AND p.claim IS NULL AND (f.sent OR
       p.open_jobs = 0 AND p.opt_out IS NULL AND p.profile IS NOT NULL AND ${VACANT})
     RETURNING p.email`,
    [target, claim, ...columns(formers, ['from', 'sent'])],
  );
  const taken = new Set(rows.map(({ email }) => email));
  const unsent = formers.filter(({ from, sent }) => !sent && taken.has(from));
  const late = await queries.query<{ email: string }>(
    // A statement of its own: it sees what those have noted who shared the rows until they were taken.
    `SELECT f.email FROM unnest($2::text[], $3::bigint[]) AS f (email, last_request) WHERE EXISTS (
       SELECT FROM ledger.event_requests r WHERE r.target = $1 AND r.id > f.last_request AND f.email = ANY(r.emails))`,
    [target, ...columns(unsent, ['from', 'lastRequest'])],
  );
  const busy = late.map(({ email }) => email);
  await releaseFormers(queries, target, claim, busy);
  for (const email of busy) taken.delete(email);
  return taken;
}

/** The profiles go on under the rows of their new addresses; the old ones are due, to be decided on as what they are now. */
export async function takeOver(
  queries: Queries,
  target: string,
  claim: number,
  moves: readonly Move[],
): Promise<TakenOver[]> {
  if (moves.length === 0) return [];
  const parameters = [target, claim, ...columns(moves, ['email', 'from'])];
  const pairs = 'unnest($3::text[], $4::text[]) AS m (email, former)';
  const taken = await queries.query<TakenOver>(
    `UPDATE ledger.people p SET profile = f.profile, profile_inputs = NULL, lists = f.lists, subscription = NULL, rename = NULL, wrote = true
     FROM ${pairs} JOIN ledger.people f ON f.target = $1 AND f.email = m.former AND f.claim = $2
     WHERE p.target = $1 AND p.email = m.email AND p.claim = $2
     RETURNING p.email, p.profile, p.lists`,
    parameters,
  );
  await queries.execute(
    `UPDATE ledger.people p SET profile = NULL, lists = '{}', subscription = NULL, conflict = NULL, ready = false,
       inputs = inputs + 1, phase = 'new', due_at = now(), claim = NULL
     FROM ${pairs} WHERE p.target = $1 AND p.email = m.former AND p.claim = $2`,
    parameters,
  );
  return taken;
}

/** Gives rows of old addresses back, as they were. */
export async function releaseFormers(
  queries: Queries,
  target: string,
  claim: number,
  formers: readonly string[],
): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people SET claim = NULL, due_at = now() WHERE target = $1 AND claim = $2 AND email = ANY($3::text[])`,
    [target, claim, formers],
  );
}
