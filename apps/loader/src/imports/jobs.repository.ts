import { columns, type Queries } from '@portage/persistence';
import { slices } from '../parallel.js';
import { type PlannedJob } from './plan-imports.js';

export interface StoredJob {
  readonly id: number;
  readonly listId: string | null;
  /** Null while the request is under way, or when it got lost. */
  readonly klaviyoId: string | null;
  readonly polls: number;
  /** Since it was accepted, in milliseconds. */
  readonly age: number;
  /** Rows that were refused before the rest was accepted as this job. */
  readonly refused: number;
}

/** Rows before the requests leave, so that whoever finds the jobs later knows who is in them. */
export async function insertJobs(
  queries: Queries,
  target: string,
  claim: number,
  jobs: readonly PlannedJob[],
): Promise<number[]> {
  const inserted = await queries.query<{ id: string; n: string }>(
    `INSERT INTO ledger.jobs (target, list_id, state, claim, due_at)
     SELECT $1, list_id, 'submitting', $2, now() FROM unnest($3::text[]) WITH ORDINALITY AS j (list_id, n) ORDER BY n
     RETURNING id`,
    [target, claim, jobs.map(({ listId }) => listId)],
  );
  const ids = inserted.map(({ id }) => Number(id)).sort((a, b) => a - b);
  const rows = jobs.flatMap((job, at) =>
    job.rows.map(({ email, fingerprint, profile }, row) => ({
      job: ids[at] ?? 0,
      row,
      email,
      fingerprint,
      profile,
    })),
  );
  for (const part of slices(rows, INSERTED_ROWS)) {
    await queries.execute(
      `INSERT INTO ledger.job_rows (job_id, row, email, fingerprint, profile)
       SELECT job, row, email, fingerprint, profile::jsonb
       FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[]) AS r (job, row, email, fingerprint, profile)`,
      columns(
        part.map(({ profile, ...row }) => ({ ...row, profile: profile && JSON.stringify(profile) })),
        ['job', 'row', 'email', 'fingerprint', 'profile'],
      ),
    );
  }
  return ids;
}

const INSERTED_ROWS = 5000;

/** Rows of a submitted job were accepted under an id: if they are not all of its rows, they are a job of their own from now on. */
export async function acceptRows(
  queries: Queries,
  jobId: number,
  rows: readonly number[] | 'all',
  klaviyoId: string | null,
  pollInMs: number,
): Promise<number | undefined> {
  if (rows === 'all') {
    const accepted = await queries.execute(
      `UPDATE ledger.jobs SET klaviyo_id = $2, state = 'processing', claim = NULL, created_at = now(),
         due_at = now() + $3 * interval '1 millisecond' WHERE id = $1`,
      [jobId, klaviyoId, pollInMs],
    );
    return accepted > 0 ? jobId : undefined;
  }
  const [accepted] = await queries.query<{ id: string }>(
    `INSERT INTO ledger.jobs (target, list_id, klaviyo_id, state, due_at)
     SELECT target, list_id, $2, 'processing', now() + $3 * interval '1 millisecond' FROM ledger.jobs WHERE id = $1
     RETURNING id`,
    [jobId, klaviyoId, pollInMs],
  );
  if (!accepted) return undefined;
  // Positions of the vendor's job, which its errors name.
  await queries.execute(
    `UPDATE ledger.job_rows j SET job_id = $2, row = r.position
     FROM (SELECT row, (n - 1)::int AS position FROM unnest($3::int[]) WITH ORDINALITY AS u (row, n)) r
     WHERE j.job_id = $1 AND j.row = r.row`,
    [jobId, accepted.id, rows],
  );
  return Number(accepted.id);
}

/** Remembers with an accepted job how many rows were refused before it. @returns whether the job is still there */
export async function storeRefused(queries: Queries, jobId: number, refused: number): Promise<boolean> {
  return (await queries.execute('UPDATE ledger.jobs SET refused = $2 WHERE id = $1', [jobId, refused])) > 0;
}

/** Takes due jobs that nobody works on. */
export async function claimJobs(queries: Queries, target: string, claim: number, limit: number): Promise<StoredJob[]> {
  const rows = await queries.query<{
    id: string;
    list_id: string | null;
    klaviyo_id: string | null;
    polls: number;
    age: string;
    refused: number;
  }>(
    `WITH due AS (
       SELECT id FROM ledger.jobs WHERE target = $1 AND claim IS NULL AND due_at <= now()
       ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE ledger.jobs j SET claim = $2, polls = polls + 1 FROM due WHERE j.id = due.id
     RETURNING j.id, j.list_id, j.klaviyo_id, j.polls, j.refused,
       extract(epoch FROM now() - j.created_at) * 1000 AS age`,
    [target, claim, limit],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    listId: row.list_id,
    klaviyoId: row.klaviyo_id,
    polls: row.polls,
    age: Number(row.age),
    refused: row.refused,
  }));
}

export async function postponeJob(queries: Queries, jobId: number, claim: number, ms: number): Promise<void> {
  await queries.execute(
    `UPDATE ledger.jobs SET claim = NULL, due_at = now() + $3 * interval '1 millisecond' WHERE id = $1 AND claim = $2`,
    [jobId, claim, ms],
  );
}

export interface JobRow {
  readonly row: number;
  readonly email: string;
  /** Of the person: imports in a row that failed in part without saying for whom. */
  readonly unexplained: number;
}

export async function rowsOf(queries: Queries, jobId: number): Promise<JobRow[]> {
  return queries.query<JobRow>(
    `SELECT r.row, r.email, COALESCE(p.unexplained, 0) AS unexplained
     FROM ledger.job_rows r JOIN ledger.jobs j ON j.id = r.job_id
     LEFT JOIN ledger.people p ON p.target = j.target AND p.email = r.email WHERE r.job_id = $1`,
    [jobId],
  );
}

/**
 * A job has ended, its errors read to the last page (invariant 7): its people know what was written, and who has no other job
 * open goes on. Growing `inputs` tells whoever works on a person at this moment to look again.
 *
 * @param rejected  by row; rows that are not named were written
 */
export async function settleRows(
  queries: Queries,
  jobId: number,
  rejected: readonly { readonly row: number; readonly code: string }[],
): Promise<void> {
  await lockPeople(queries, jobId);
  await queries.execute(
    `WITH job AS (SELECT target, list_id FROM ledger.jobs WHERE id = $1),
       gone AS (DELETE FROM ledger.job_rows WHERE job_id = $1 RETURNING row, email, fingerprint, profile),
       fate AS (SELECT gone.*, job.target, job.list_id, x.code FROM gone CROSS JOIN job
         LEFT JOIN unnest($2::int[], $3::text[]) AS x (row, code) ON x.row = gone.row)
     UPDATE ledger.people p SET
       open_jobs = GREATEST(p.open_jobs - 1, 0),
       inputs = p.inputs + 1,
       -- Its end is no news to the profile that it wrote.
       profile_inputs = CASE WHEN f.code IS NULL THEN p.profile_inputs + 1 END,
       unexplained = 0,
       profile = CASE WHEN f.code IS NULL THEN COALESCE(f.profile, p.profile) ELSE p.profile END,
       lists = CASE WHEN f.code IS NOT NULL OR f.list_id IS NULL OR f.list_id = ANY(p.lists) THEN p.lists
         ELSE p.lists || f.list_id END,
       -- A number may be what was refused: the profile is tried once more without it, and it is remembered.
       rejected = CASE
         WHEN f.code IS NOT NULL THEN jsonb_build_object('code', f.code, 'fingerprint', f.fingerprint,
           'phone', COALESCE(f.profile->>'phone', p.rejected->>'phone'))
         WHEN f.profile IS NULL THEN p.rejected
         WHEN p.rejected->>'phone' IS NOT NULL THEN p.rejected || jsonb_build_object('fingerprint', NULL)
       END,
       wrote = p.wrote OR f.code IS NULL,
       lane = CASE WHEN p.open_jobs <= 1 THEN 2 ELSE p.lane END,
       due_at = CASE WHEN p.open_jobs <= 1 THEN now() ELSE p.due_at END
     FROM fate f WHERE p.target = f.target AND p.email = f.email`,
    [jobId, ...columns(rejected, ['row', 'code'])],
  );
  await queries.execute('DELETE FROM ledger.jobs WHERE id = $1', [jobId]);
}

/**
 * A job got lost, expired or was cancelled: its people are planned anew, from what the source says by then.
 *
 * @param unexplained  it ended, and it is not known for whom it failed
 */
export async function requeueRows(
  queries: Queries,
  jobId: number,
  delayMs: number,
  unexplained = false,
): Promise<void> {
  await lockPeople(queries, jobId);
  await queries.execute(
    `WITH job AS (SELECT target FROM ledger.jobs WHERE id = $1),
       gone AS (DELETE FROM ledger.job_rows WHERE job_id = $1 RETURNING email),
       fate AS (SELECT email, target FROM gone CROSS JOIN job)
     UPDATE ledger.people p SET
       open_jobs = GREATEST(p.open_jobs - 1, 0),
       inputs = p.inputs + 1,
       unexplained = p.unexplained + $3,
       lane = CASE WHEN p.open_jobs <= 1 THEN 1 ELSE p.lane END,
       due_at = CASE WHEN p.open_jobs <= 1 THEN now() + $2 * interval '1 millisecond' ELSE p.due_at END
     FROM fate f WHERE p.target = f.target AND p.email = f.email`,
    [jobId, delayMs, unexplained ? 1 : 0],
  );
  await queries.execute('DELETE FROM ledger.jobs WHERE id = $1', [jobId]);
}

/** In the order in which everyone locks people; an UPDATE that joins takes them as they come. */
async function lockPeople(queries: Queries, jobId: number): Promise<void> {
  await queries.execute(
    `SELECT FROM ledger.people WHERE target = (SELECT target FROM ledger.jobs WHERE id = $1)
       AND email IN (SELECT email FROM ledger.job_rows WHERE job_id = $1) ORDER BY email FOR UPDATE`,
    [jobId],
  );
}
