import { columns, type Queries } from '@portage/persistence';
import {
  type OptOutState,
  type PersonState,
  type Phase,
  type ProfileState,
  type RenameState,
  type SubscriptionState,
} from './person.js';
import { type WrittenOptOut } from '@portage/consent';

/** Lanes only order the work: opt-outs never wait behind loads, and loads are taken in large rounds to fill import jobs. */
export const lanes = { optOut: 0, load: 1, subscribe: 2 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

export interface ClaimedPerson {
  readonly email: string;
  readonly inputs: number;
  readonly connections: readonly string[];
  readonly state: PersonState;
  /** Nothing was said of the person since the last import was decided on: another one would write the same. */
  readonly asWritten: boolean;
}

interface PersonRow {
  readonly email: string;
  readonly inputs: string;
  readonly connections: string[];
  readonly opt_out: OptOutState | null;
  readonly written: WrittenOptOut | null;
  readonly subscription: SubscriptionState | null;
  readonly profile: ProfileState | null;
  readonly lists: string[];
  readonly open_jobs: number;
  readonly unexplained: number;
  readonly rejected: PersonState['rejected'];
  readonly rename: RenameState | null;
  readonly inherited: boolean;
  readonly conflict: string | null;
  readonly wrote: boolean;
  readonly as_written: boolean;
}

export interface ClaimRequest {
  readonly target: string;
  readonly lane: Lane;
  /** Only people of these connections. */
  readonly connections: readonly string[];
  readonly claim: number;
  readonly limit: number;
}

/** Takes due people that nobody works on, oldest first. */
export async function claimPeople(queries: Queries, request: ClaimRequest): Promise<ClaimedPerson[]> {
  const rows = await queries.query<PersonRow>(
    `WITH due AS (
       SELECT email FROM ledger.people
       WHERE target = $1 AND lane = $2 AND due_at <= now() AND claim IS NULL AND connections && $3::text[]
       ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
     UPDATE ledger.people AS p SET claim = $5, due_at = NULL FROM due
     WHERE p.target = $1 AND p.email = due.email
     RETURNING ${COLUMNS}`,
    [request.target, request.lane, request.connections, request.limit, request.claim],
  );
  return rows.map((row) => ({
    email: row.email,
    inputs: Number(row.inputs),
    connections: row.connections,
    state: stateOf(row),
    asWritten: row.as_written,
  }));
}

/** What was written for people and is under way, without taking them. Whoever is not known is absent. */
export async function readStates(
  queries: Queries,
  target: string,
  emails: readonly string[],
): Promise<Map<string, PersonState>> {
  const rows = await queries.query<PersonRow>(
    `SELECT ${COLUMNS} FROM ledger.people p WHERE target = $1 AND email = ANY($2::text[])`,
    [target, emails],
  );
  return new Map(rows.map((row) => [row.email, stateOf(row)]));
}

const COLUMNS = `p.email, p.inputs, p.connections, p.opt_out, p.written, p.subscription, p.profile, p.lists, p.open_jobs, p.rejected,
  p.unexplained, p.rename, p.inherited, p.conflict, p.wrote, COALESCE(p.profile_inputs = p.inputs, false) AS as_written`;

function stateOf(row: PersonRow): PersonState {
  return {
    optOut: row.opt_out,
    written: row.written,
    subscription: row.subscription,
    profile: row.profile,
    lists: row.lists,
    openJobs: row.open_jobs,
    unexplained: row.unexplained,
    rejected: row.rejected,
    rename: row.rename,
    inherited: row.inherited,
    conflict: row.conflict,
    wrote: row.wrote,
  };
}

export interface PersonUpdate {
  readonly email: string;
  readonly inputs: number;
  readonly state: PersonState;
  readonly phase: Phase;
  readonly lane: Lane;
  /** Milliseconds; null: nothing to do until something else happens. */
  readonly dueAt: number | null;
  readonly exposed: boolean;
  /** Set when the person was carried to the end. */
  readonly finished: { readonly skipped: string | null } | null;
  readonly awaitedLists: readonly string[];
  /** Klaviyo lists that the person was taken off. */
  readonly leftLists: readonly string[];
  /** An opt-in date that lies ahead, in milliseconds: the person is due then whatever else. */
  readonly optInAt: number | null;
  /** Import jobs that were opened for the person in this transaction. */
  readonly jobsOpened: number;
  /** The work goes on under the same claim. */
  readonly keepClaim: boolean;
}

/**
 * Stores what was done for people under a claim. Inputs that came meanwhile make the person due at once.
 *
 * @returns the addresses that were stored, and whether nothing came meanwhile; the others were taken over by another process
 *   and must be left alone
 */
export async function storePeople(
  queries: Queries,
  target: string,
  claim: number,
  updates: readonly PersonUpdate[],
): Promise<Map<string, boolean>> {
  if (updates.length === 0) return new Map();
  const rows = updates.map(({ state, finished, ...update }) => ({
    email: update.email,
    inputs: update.inputs,
    phase: update.phase,
    lane: update.lane,
    due_in: update.dueAt === null ? null : update.dueAt - Date.now(),
    exposed: update.exposed,
    finished: finished !== null,
    skipped: finished?.skipped ?? null,
    awaited: update.awaitedLists,
    opt_in_in: update.optInAt === null ? null : update.optInAt - Date.now(),
    jobs: update.jobsOpened,
    keep: update.keepClaim,
    opt_out: state.optOut,
    written: state.written,
    subscription: state.subscription,
    rejected: state.rejected,
    left_lists: update.leftLists,
    rename: state.rename,
    inherited: state.inherited,
    conflict: state.conflict,
    wrote: state.wrote,
  }));
  const stored = await queries.query<{ email: string; current: boolean }>(
    `UPDATE ledger.people AS p SET
       phase = r.phase,
       lane = CASE WHEN p.inputs = r.inputs THEN r.lane ELSE LEAST(p.lane, r.lane) END,
       due_at = CASE WHEN p.inputs = r.inputs OR r.keep THEN now() + r.due_in * interval '1 millisecond' ELSE now() END,
       exposed = p.inputs <> r.inputs OR r.exposed,
       ready = p.ready OR (r.finished AND r.skipped IS NULL),
       skipped = CASE WHEN r.finished THEN r.skipped ELSE p.skipped END,
       awaited_lists = ARRAY(SELECT jsonb_array_elements_text(r.awaited)),
       lists = CASE WHEN r.left_lists = '[]' THEN p.lists
         ELSE ARRAY(SELECT unnest(p.lists) EXCEPT SELECT jsonb_array_elements_text(r.left_lists)) END,
       profile_inputs = CASE WHEN r.jobs > 0 THEN r.inputs ELSE p.profile_inputs END,
       open_jobs = p.open_jobs + r.jobs, opt_in_at = now() + r.opt_in_in * interval '1 millisecond',
       opt_out = r.opt_out, written = r.written, subscription = r.subscription,
       -- Jobs that end meanwhile write these two as well.
       rejected = COALESCE(r.rejected, p.rejected), wrote = NOT r.finished AND (p.wrote OR r.wrote),
       inherited = r.inherited, rename = r.rename,
       conflict_since = CASE WHEN r.conflict IS NULL THEN NULL WHEN p.conflict = r.conflict THEN p.conflict_since ELSE now() END,
       conflict = r.conflict,
       claim = CASE WHEN r.keep THEN p.claim END
     -- In the order of all who lock many people.
     FROM (SELECT * FROM jsonb_to_recordset($3::jsonb) AS given (email text, inputs bigint, phase text, lane smallint, due_in float8,
       exposed boolean, finished boolean, skipped text, opt_in_in float8, awaited jsonb, jobs int, keep boolean, opt_out jsonb, written jsonb,
       subscription jsonb, rejected jsonb, left_lists jsonb, rename jsonb, inherited boolean, conflict text, wrote boolean)
       ORDER BY email) AS r
     WHERE p.target = $1 AND p.claim = $2 AND p.email = r.email
     RETURNING p.email, (p.inputs = r.inputs) AS current`,
    [target, claim, JSON.stringify(rows)],
  );
  return new Map(stored.map(({ email, current }) => [email, current]));
}

/** Whether any of these people got a new input since they were claimed. */
export async function anyChanged(
  queries: Queries,
  target: string,
  people: readonly { readonly email: string; readonly inputs: number }[],
): Promise<boolean> {
  // Not `LIMIT 1`: for one row PostgreSQL goes through the table, in the hope of finding it soon.
  const [row] = await queries.query<{ changed: boolean | null }>(
    `SELECT bool_or(p.inputs <> r.inputs) AS changed FROM unnest($2::text[], $3::bigint[]) AS r (email, inputs)
     JOIN ledger.people p ON p.target = $1 AND p.email = r.email`,
    [target, ...columns(people, ['email', 'inputs'])],
  );
  return row?.changed === true;
}
