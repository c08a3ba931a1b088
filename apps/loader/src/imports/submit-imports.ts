import { type Queries } from '@portage/persistence';
import { isPortageError } from '@portage/platform';
import { importJobs } from '../metrics.js';
import { forgetKlaviyoList } from '../lists/lists.repository.js';
import { inParallel, slices } from '../parallel.js';
import { type Held } from '../people/assemble.js';
import { type PersonUpdate, storePeople } from '../people/people.repository.js';
import { transact } from '../transact.js';
import { type Step } from '../people/person.js';
import { type ImportRows } from '../people/profiles.js';
import { type RoundContext } from '../people/round-context.js';
import { restingPlace } from '../people/settle.js';
import { acceptRows, insertJobs, requeueRows, settleRows, storeRefused } from './jobs.repository.js';
import { type PlannedJob, planImports, type WantedImport } from './plan-imports.js';

export interface Importing {
  readonly held: Held;
  readonly step: Extract<Step, { do: 'import' }>;
}

/** All that is needed of a person to be imported: a round has many of them. */
export interface ImportPlan {
  readonly wanted: WantedImport;
  readonly update: PersonUpdate;
}

export function planOf(context: RoundContext, { held, step }: Importing, rows: ImportRows): ImportPlan {
  const { email, mapped, state } = held.person;
  if (mapped === undefined || 'rejected' in mapped) throw new Error('Only people who were mapped are imported.');
  const row = step.profile ? (rows.get(email) ?? null) : null;
  return {
    wanted: { email, mapped, row, lists: step.lists, unexplained: state.unexplained },
    update: { ...restingPlace(context, held, 'jobs'), jobsOpened: Math.max(step.lists.length, 1) },
  };
}

/** Opens import jobs for people and releases them: whoever sees the last of their jobs end makes them due. */
export async function submitImports(
  context: RoundContext,
  plans: readonly ImportPlan[],
  firstPollMs: number,
): Promise<void> {
  if (plans.length === 0) return;
  const jobs = await openJobs(context, plans);
  await inParallel(jobs, REQUESTS_AT_ONCE, ({ id, job }) => submit(context, id, job, firstPollMs));
}

const REQUESTS_AT_ONCE = 6;
const STORE_ROWS = 2000;

async function openJobs(
  context: RoundContext,
  plans: readonly ImportPlan[],
): Promise<{ id: number; job: PlannedJob }[]> {
  const { claim, target } = context;
  return transact(context.database, async (queries) => {
    const stored = new Set<string>();
    for (const part of slices(plans, STORE_ROWS)) {
      const updates = part.map(({ update }) => update);
      for (const email of (await storePeople(queries, target.id, claim.id, updates)).keys()) stored.add(email);
    }
    const jobs = planImports(plans.flatMap(({ wanted }) => (stored.has(wanted.email) ? [wanted] : [])));
    const ids = await insertJobs(queries, target.id, claim.id, jobs);
    return jobs.map((job, at) => ({ id: ids[at] ?? 0, job }));
  });
}

/** One job: its id is stored before it counts as sent. A request that got lost is planned anew; repeating it is harmless. */
async function submit(context: RoundContext, jobId: number, job: PlannedJob, firstPollMs: number): Promise<void> {
  const { database, target, claim } = context;
  claim.check();
  let acceptedJob: number | undefined;
  try {
    const result = await target.klaviyo.startImport({
      ...(job.listId === null ? {} : { listId: job.listId }),
      rows: job.rows.map(({ row }) => row),
      onAccepted: async ({ rows, answer }) => {
        const accepted = rows.length === job.rows.length ? 'all' : rows;
        acceptedJob = await transact(database, (queries) =>
          acceptRows(queries, jobId, accepted, answer.jobId, firstPollMs),
        );
      },
      signal: claim.signal,
    });
    target.answered();
    importJobs.labels('submitted').inc(result.accepted.length);
    if (acceptedJob === jobId) return;
    await transact(database, async (queries) => {
      await settleRows(queries, jobId, result.rejected);
      await countRefused(context, queries, acceptedJob, result.rejected);
    });
  } catch (error) {
    if (isPortageError(error) && error.code === 'klaviyo.list_gone') return forgetList(context, jobId, job);
    if (isPortageError(error) && error.details['sent'] !== true) {
      await transact(database, (queries) => requeueRows(queries, jobId, RETRY_MS));
    }
    throw error;
  }
}

/** Rows count once, when the fate of those accepted with them is known: a few refused ones alone would look like everything. */
async function countRefused(
  { breakers, target }: RoundContext,
  queries: Queries,
  acceptedJob: number | undefined,
  refused: readonly { readonly code: string }[],
): Promise<void> {
  const { length } = refused;
  if (length === 0) return;
  if (acceptedJob !== undefined && (await storeRefused(queries, acceptedJob, length))) return;
  const code = refused[0]?.code ?? null;
  await breakers.record(queries, target.id, 'contacts', { rows: length, rejected: length, code });
}

const RETRY_MS = 5000;

/** Somebody deleted the list in Klaviyo: it is resolved again, and its people are planned anew after that, members included. */
async function forgetList({ database, target, logger }: RoundContext, jobId: number, job: PlannedJob): Promise<void> {
  logger.warn({ target: target.id }, 'a list does not exist in Klaviyo any more and is resolved again');
  await transact(database, async (queries) => {
    if (job.listId !== null) await forgetKlaviyoList(queries, target.id, job.listId);
    await requeueRows(queries, jobId, RETRY_MS);
  });
}
