import { type Database } from '@portage/persistence';
import { type Logger } from '@portage/platform';
import { type Breakers } from '../breakers/breakers.js';
import { type Claim } from '../claims/claims.js';
import { importJobs } from '../metrics.js';
import { inParallel } from '../parallel.js';
import { transact } from '../transact.js';
import { type Target } from '../targets/target.js';
import {
  claimJobs,
  type JobRow,
  postponeJob,
  requeueRows,
  rowsOf,
  settleRows,
  type StoredJob,
} from './jobs.repository.js';
import { type RejectedRows, rejectedRows } from './job-errors.js';
import { MOST_UNEXPLAINED } from './plan-imports.js';

export interface PollContext {
  readonly database: Database;
  readonly target: Target;
  readonly claim: Claim;
  readonly breakers: Breakers;
  readonly pollMs: number;
  readonly logger: Logger;
}

/** Asks for the jobs that are due, whichever process submitted them, and carries out what their end means. */
export async function pollJobs(context: PollContext): Promise<number> {
  const jobs = await claimJobs(context.database, context.target.id, context.claim.id, JOBS_A_TURN);
  await inParallel(jobs, REQUESTS_AT_ONCE, (job) => poll(context, job, jobs.length));
  return jobs.length;
}

const JOBS_A_TURN = 50;
const REQUESTS_AT_ONCE = 4;
/** Imports take minutes: one that says after an hour that it goes on will say so for ever. Importing twice is harmless. */
const STUCK_MS = 3_600_000;
/** Time for a job that may exist without our knowing its id. */
const LOST_MS = 15_000;
/** The first wait after a failure that is not explained, in looks at a job; each further one is twice as long. */
const UNEXPLAINED_POLLS = 8;

async function poll(context: PollContext, job: StoredJob, open: number): Promise<void> {
  const { database, target, claim, breakers, pollMs, logger } = context;
  const requeue = async (end: string, ms: number) => {
    importJobs.labels(end).inc();
    await transact(database, (queries) => requeueRows(queries, job.id, ms, end === 'unexplained'));
  };
  const backOffMs = pollMs * Math.min(2 ** job.polls, 30);
  claim.check();
  if (job.klaviyoId === null) return requeue('lost', Math.max(LOST_MS, backOffMs));
  const found = await target.klaviyo.importJob(job.klaviyoId, { signal: claim.signal });
  target.answered();
  switch (found?.status) {
    case undefined:
      return requeue('expired', backOffMs);
    case 'cancelled':
      return requeue('cancelled', backOffMs);
    case 'complete': {
      const rows = await rowsOf(database, job.id);
      const errors = found.failed > 0 ? await target.klaviyo.importErrors(job.klaviyoId, { signal: claim.signal }) : [];
      const { rejected, unexplained } = rejectedRows(errors, rows, found.failed);
      const unknown = unexplained > 0 ? await failedRows(context, rows, rejected, unexplained) : [];
      if (unknown === null) {
        logger.warn(
          { target: target.id, unexplained },
          'a job reports failures without naming them; it is run in parts',
        );
        const times = Math.max(0, ...rows.map((row) => row.unexplained));
        return requeue('unexplained', pollMs * UNEXPLAINED_POLLS * 2 ** times);
      }
      importJobs.labels('complete').inc();
      return transact(database, async (queries) => {
        const fates = [...rejected, ...unknown];
        await settleRows(queries, job.id, fates);
        await breakers.record(queries, target.id, 'contacts', {
          rows: rows.length + job.refused,
          rejected: fates.length + job.refused,
          code: fates[0]?.code ?? null,
        });
      });
    }
    case 'queued':
    case 'processing':
    case 'unknown':
      if (job.age > STUCK_MS) {
        logger.warn({ target: target.id }, 'an import job does not end; its people are imported again');
        return requeue('stuck', backOffMs);
      }
      // Asking costs quota as submitting does: many open jobs are asked for less often.
      return postponeJob(database, job.id, claim.id, Math.max(pollMs * Math.min(job.polls, 5), open * 400));
  }
}

/**
 * The rows that failed, of a job that counts failures without naming them: those of people who do not exist after it, or all
 * of them, once they have been tried in ever smaller jobs. Null: it cannot be told.
 */
async function failedRows(
  { target, claim }: PollContext,
  rows: readonly JobRow[],
  rejected: readonly Rejected[],
  count: number,
): Promise<Rejected[] | null> {
  const named = new Set(rejected.map(({ row }) => row));
  const others = rows.filter(({ row }) => !named.has(row));
  const people = await target.klaviyo.readPeople(
    others.map(({ email }) => email),
    { signal: claim.signal },
  );
  const triedOften = others.every(({ unexplained }) => unexplained >= MOST_UNEXPLAINED);
  const failed = triedOften && count >= others.length ? others : others.filter(({ email }) => !people.has(email));
  return failed.length === count || failed === others
    ? failed.map(({ row }) => ({ row, code: 'klaviyo.unexplained' }))
    : null;
}

type Rejected = RejectedRows['rejected'][number];
