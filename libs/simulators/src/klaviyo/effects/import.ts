import { type Account } from '../state/account.js';
import { type ImportJob, type ProfileRow } from '../state/jobs.js';
import { type World } from '../state/world.js';
import { upsert } from './profile-write.js';

export function startImport(world: World, account: Account, jobId: string): void {
  const job = account.importJobs.get(jobId);
  if (job?.status !== 'queued') return;
  job.status = 'processing';
  job.startedAt = account.now();
  account.progressed(job);
  world.schedule(world.delays.importRun, { kind: 'import-finish', account: account.id, job: jobId });
}

/** A job that a test wants cancelled has done half of its rows by then. */
export function finishImport(world: World, account: Account, jobId: string): void {
  const job = account.importJobs.get(jobId);
  if (job?.status !== 'processing') return;
  const cancelled = world.troubles.cancelNext > 0;
  if (cancelled) world.troubles.cancelNext -= 1;
  run(world, account, job, cancelled ? Math.floor(job.rows.length / 2) : job.rows.length);
  job.status = cancelled ? 'cancelled' : 'complete';
  job.completedAt = account.now();
  job.rows = [];
  account.savedJob(job);
}

export function cancelImport(world: World, account: Account, job: ImportJob): void {
  if (job.status === 'complete' || job.status === 'cancelled') return;
  if (job.status === 'processing') run(world, account, job, Math.floor(job.rows.length / 2));
  job.status = 'cancelled';
  job.completedAt = account.now();
  job.rows = [];
  account.savedJob(job);
}

function run(world: World, account: Account, job: ImportJob, count: number): void {
  const list = job.listId === null ? undefined : account.lists.get(job.listId);
  for (const [at, row] of job.rows.slice(0, count).entries()) {
    if (isToFail(world, row)) {
      fail(account, job, at, 'invalid', 'Invalid value for field.');
      continue;
    }
    const { profile, conflict } = upsert(account, row, job.cause);
    if (profile === undefined) {
      if (conflict === undefined) fail(account, job, at, 'not_found', 'A profile with this id does not exist.');
      else fail(account, job, at, 'duplicate_profile', 'A profile already exists with one of these identifiers.');
      continue;
    }
    if (list !== undefined) account.join(list, profile);
    job.profileIds.push(profile.id);
    job.completed += 1;
  }
}

function isToFail(world: World, row: ProfileRow): boolean {
  const { failEmails, failShare } = world.troubles;
  const email = row.attributes['email'];
  if (typeof email === 'string' && failEmails.has(email.toLowerCase())) return true;
  return failShare > 0 && world.random.chance(failShare);
}

function fail(account: Account, job: ImportJob, at: number, code: string, detail: string): void {
  const row = job.rows[at]!;
  job.failed += 1;
  job.errors.push({
    id: account.newId(),
    code,
    title: 'Invalid input.',
    detail,
    pointer: `/data/attributes/profiles/data/${at}`,
    originalPayload: { ...(row.id === undefined ? {} : { id: row.id }), ...row.attributes },
  });
}
