import { jsonOf } from '@portage/http';
import { isPortageError } from '@portage/platform';
import { z } from 'zod';
import { isRefusal } from '../answer/refusal.js';
import { blame, type RowsNamed, rowsUnder } from '../batch/blame.js';
import { deliver } from '../batch/deliver.js';
import { listGone } from '../batch/list-gone.js';
import { type BatchResult, type OnAccepted } from '../batch/result.js';
import { allPages } from '../calls/pages.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { type Answers } from '../generated/contract.js';
import { readAs } from '../calls/unreadable.js';
import { type ImportRow } from '../mapping/import-row.js';
import { atMost } from './at-most.js';
import { importRequest, importRows } from './import-request.js';
import { jobStatus, type JobStatus } from './job-status.js';
import { getList } from './lists.js';
import { orNull } from './or-null.js';
import { maxima } from '../maxima.js';
import { moment } from './moment.js';

export interface ImportStart extends CallOptions {
  readonly rows: readonly ImportRow[];
  readonly listId?: string;
  readonly onAccepted?: OnAccepted<ImportStarted>;
}

export interface ImportStarted {
  /** Null when the answer had no id, which happens: verify by reading the people back. */
  readonly jobId: string | null;
}

export interface ImportJob {
  readonly id: string;
  /** There is no "failed": `complete` with `failed` above zero is the partial failure. */
  readonly status: JobStatus;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly createdAt: number | null;
  /** Its errors are gone seven days after it was made. */
  readonly expiresAt: number | null;
}

export interface ImportError {
  /** Lower-cased; null when the vendor echoes no address. */
  readonly email: string | null;
  /** Position in the job's rows, when a pointer names it. */
  readonly row: number | null;
  readonly code: string;
}

/**
 * Safe to repeat: an import is an upsert. A membership made this way grants no consent and lifts no suppression.
 *
 * @throws PortageError `klaviyo.list_gone` (skip)
 */
export async function startImport(caller: Caller, start: ImportStart): Promise<BatchResult<ImportStarted>> {
  atMost(maxima.importRows, start.rows);
  const { listId, onAccepted, rows, signal } = start;
  const call = signal ? { signal } : {};
  const mayBeGone = listMayBeGone(caller, listId, call);
  return deliver({
    rows,
    send: async (sent) => {
      const body = importRequest(sent, listId);
      const rowsNamed = rowsUnder(importRows, sent.length);
      const response = await caller
        .send({ endpoint: 'POST /api/profile-bulk-import-jobs', body, repeat: 'safe', ...call })
        .catch((error: unknown) => mayBeGone(error, rowsNamed));
      const id = started.safeParse(jsonOf(response)).data?.data.id;
      // An empty id would address the collection of jobs when polled.
      return { jobId: id === undefined || id === '' ? null : id };
    },
    rowsNamed: (sent) => rowsUnder(importRows, sent.length),
    ...(onAccepted ? { onAccepted } : {}),
  });
}

/**
 * A list that is gone is answered 404, or as a refusal that need not lead to the list: before rows are looked for that are not to
 * blame, the list is asked for once.
 */
function listMayBeGone(caller: Caller, listId: string | undefined, call: CallOptions) {
  let asked = listId === undefined;
  return async (error: unknown, rowsNamed: RowsNamed): Promise<never> => {
    if (listId === undefined || !isPortageError(error)) throw error;
    if (error.code === 'klaviyo.not_found') throw listGone(error);
    if (!asked && isRefusal(error) && blame(error.vendorErrors, rowsNamed).about === 'nothing') {
      asked = true;
      if ((await getList(caller, listId, call)) === null) throw listGone(error);
    }
    throw error;
  };
}

/** Null once it expired, or when there never was one. */
export async function importJob(caller: Caller, jobId: string, options: CallOptions = {}): Promise<ImportJob | null> {
  const endpoint = 'GET /api/profile-bulk-import-jobs/{job_id}' as const;
  const response = await orNull(caller.send({ endpoint, id: jobId, repeat: 'safe', ...options }));
  return response && jobOf(readAs(endpoint, response, z.object({ data: job })).data);
}

/** Every page. Invariant 7: accepted is not delivered. */
export async function importErrors(caller: Caller, jobId: string, options: CallOptions = {}): Promise<ImportError[]> {
  const errors = await allPages(
    caller,
    {
      endpoint: 'GET /api/profile-bulk-import-jobs/{id}/import-errors',
      id: jobId,
      query: { 'page[size]': '100' },
      repeat: 'safe',
      ...options,
    },
    importError,
  );
  return errors.map(({ attributes }) => ({
    email: emailOf(attributes.original_payload),
    row: rowOf(attributes.source?.pointer),
    code: /^[a-z0-9_.-]{1,64}$/i.test(attributes.code ?? '') ? (attributes.code ?? '').toLowerCase() : 'unknown',
  }));
}

/** The newest jobs of the account, at most a hundred. Jobs carry no reference of ours. */
export async function listImportJobs(
  caller: Caller,
  options: CallOptions & { readonly status?: 'queued' | 'processing' | 'complete' } = {},
): Promise<ImportJob[]> {
  const endpoint = 'GET /api/profile-bulk-import-jobs' as const;
  const { status, signal } = options;
  const query = {
    'page[size]': '100',
    sort: '-created_at',
    ...(status ? { filter: `equals(status,"${status}")` } : {}),
  };
  const response = await caller.send({ endpoint, query, repeat: 'safe', ...(signal ? { signal } : {}) });
  return readAs(endpoint, response, z.object({ data: z.array(job) })).data.map((each) => jobOf(each));
}

const started = z.object({ data: z.object({ id: z.string() }) });
const job = z.object({
  id: z.string(),
  attributes: z.object({
    status: z.string(),
    total_count: z.number().nullish(),
    completed_count: z.number().nullish(),
    failed_count: z.number().nullish(),
    created_at: z.string().nullish(),
    expires_at: z.string().nullish(),
  }),
});
const importError = z.object({
  attributes: z.object({
    code: z.string().nullish(),
    source: z.object({ pointer: z.string().nullish() }).nullish(),
    original_payload: z.unknown().optional(),
  }),
});

function jobOf({ id, attributes }: z.infer<typeof job>): ImportJob {
  return {
    id,
    status: jobStatus(attributes.status),
    total: attributes.total_count ?? 0,
    completed: attributes.completed_count ?? 0,
    failed: attributes.failed_count ?? 0,
    createdAt: moment(attributes.created_at),
    expiresAt: moment(attributes.expires_at),
  };
}

/** The echo is the flattened profile in one integrator's code and would be the resource elsewhere: all are read. */
function emailOf(payload: unknown): string | null {
  const found = echo.safeParse(payload).data;
  const email = found?.email ?? found?.attributes?.email ?? found?.data?.attributes?.email;
  return email?.trim().toLowerCase() ?? null;
}

const flat = z.object({ email: z.string().nullish() });
const echo = flat.extend({
  attributes: flat.nullish(),
  data: z.object({ attributes: flat.nullish() }).nullish(),
});

/** Into the request, `/data/attributes/profiles/data/3/...`, or into its rows alone, `/profiles/3/...`: other numbers are names. */
function rowOf(pointer: string | null | undefined): number | null {
  const index = /(?:^|\/)(?:data|profiles)\/(\d+)(?:\/|$)/.exec(pointer ?? '')?.[1];
  return index === undefined ? null : Number(index);
}

type _Started = Reads<typeof started, Answers['POST /api/profile-bulk-import-jobs']>;
type _Job = Reads<typeof job, Answers['GET /api/profile-bulk-import-jobs/{job_id}']['data']>;
type _Jobs = Reads<typeof job, Answers['GET /api/profile-bulk-import-jobs']['data'][number]>;
type _ImportError = Reads<
  typeof importError,
  Answers['GET /api/profile-bulk-import-jobs/{id}/import-errors']['data'][number]
>;
