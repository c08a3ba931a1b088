import { type Call } from '../call.js';
import { toMicroseconds, toSeconds } from '../jsonapi/times.js';
import { type ImportError, type ImportJob, type SuppressionJob } from '../state/jobs.js';
import { relation, sparse } from './sparse.js';

/** `created_at` comes in whole seconds from the POST and finer from later reads. */
export function importJobResource(call: Call, job: ImportJob): Record<string, unknown> {
  const self = `/api/profile-bulk-import-jobs/${job.id}`;
  const lists = job.listId === null ? [] : [{ type: 'list', id: job.listId }];
  const attributes = {
    status: job.status,
    created_at: call.request.method === 'POST' ? toSeconds(job.createdAt) : toMicroseconds(job.createdAt),
    total_count: job.total,
    completed_count: job.completed,
    failed_count: job.failed,
    started_at: timeOrNull(job.startedAt),
    completed_at: timeOrNull(job.completedAt),
    expires_at: call.request.method === 'POST' ? toSeconds(job.expiresAt) : toMicroseconds(job.expiresAt),
  };
  return {
    type: 'profile-bulk-import-job',
    id: job.id,
    attributes: sparse(attributes, call.query, 'profile-bulk-import-job'),
    relationships: {
      lists: relation(call.base, self, 'lists', lists),
      profiles: relation(call.base, self, 'profiles'),
      'import-errors': { links: { related: `${call.base}${self}/import-errors` } },
    },
    links: { self: call.base + self },
  };
}

export function importErrorResource(call: Call, error: ImportError): Record<string, unknown> {
  const attributes = {
    code: error.code,
    title: error.title,
    detail: error.detail,
    source: { pointer: error.pointer },
    original_payload: error.originalPayload,
  };
  return { type: 'import-error', id: error.id, attributes: sparse(attributes, call.query, 'import-error') };
}

/** While it runs, the counts say 0 and `completed_at` is already set: only `status` tells the truth. */
export function suppressionJobResource(call: Call, job: SuppressionJob): Record<string, unknown> {
  const type = `profile-suppression-bulk-${job.kind}-job`;
  const done = job.status === 'complete';
  const attributes = {
    status: job.status,
    created_at: toMicroseconds(job.createdAt),
    total_count: done ? job.total : 0,
    completed_count: done ? job.completed : 0,
    skipped_count: done ? job.skipped : 0,
    completed_at: toMicroseconds(job.completedAt),
  };
  return {
    type,
    id: job.id,
    attributes: sparse(attributes, call.query, type),
    relationships: {},
    links: { self: `${call.base}/api/${type}s/${job.id}` },
  };
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : toMicroseconds(time);
}
