import { jsonOf } from '@portage/http';
import { z } from 'zod';
import { rowsUnder } from '../batch/blame.js';
import { deliver } from '../batch/deliver.js';
import { type BatchResult } from '../batch/result.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { readAs } from '../calls/unreadable.js';
import { type Answers, type Requests } from '../generated/contract.js';
import { maxima } from '../maxima.js';
import { atMost } from './at-most.js';
import { jobStatus, type JobStatus } from './job-status.js';
import { orNull } from './or-null.js';

const rows = '/data/attributes/profiles/data';

/**
 * Unsubscribes people from everything: never with a list, which would unsubscribe only its members from it. Answers an empty
 * 202 and takes minutes, so the effect is read back. Makes people that Klaviyo does not know. Safe to repeat.
 */
export function unsubscribe(
  caller: Caller,
  emails: readonly string[],
  options: CallOptions = {},
): Promise<BatchResult<null>> {
  atMost(maxima.unsubscribe, emails);
  const endpoint = 'POST /api/profile-subscription-bulk-delete-jobs' as const;
  return deliver({
    rows: emails,
    send: async (sent) => {
      await caller.send({ endpoint, body: unsubscribeRequest(sent), repeat: 'safe', ...options });
      return null;
    },
    rowsNamed: (sent) => rowsUnder(rows, sent.length),
  });
}

export interface SuppressionStarted {
  readonly jobId: string | null;
}

/** Suppresses people by hand, as it were (`USER_SUPPRESSED`). Makes people that Klaviyo does not know. Safe to repeat. */
export function suppress(
  caller: Caller,
  emails: readonly string[],
  options: CallOptions = {},
): Promise<BatchResult<SuppressionStarted>> {
  atMost(maxima.suppress, emails);
  const endpoint = 'POST /api/profile-suppression-bulk-create-jobs' as const;
  return deliver({
    rows: emails,
    send: async (sent) => {
      const body: Requests[typeof endpoint] = {
        data: {
          type: 'profile-suppression-bulk-create-job',
          attributes: { profiles: { data: sent.map((email) => ({ type: 'profile', attributes: { email } })) } },
        },
      };
      const response = await caller.send({ endpoint, body, repeat: 'safe', ...options });
      return {
        jobId:
          z.object({ data: z.object({ id: z.string().min(1) }) }).safeParse(jsonOf(response)).data?.data.id ?? null,
      };
    },
    rowsNamed: (sent) => rowsUnder(rows, sent.length),
  });
}

/**
 * Only the status: a job that was just accepted already says when it completed, and its counts are all zero.
 * Null when there is no such job.
 */
export async function suppressionJob(
  caller: Caller,
  jobId: string,
  options: CallOptions = {},
): Promise<{ readonly status: JobStatus } | null> {
  const endpoint = 'GET /api/profile-suppression-bulk-create-jobs/{job_id}' as const;
  const response = await orNull(caller.send({ endpoint, id: jobId, repeat: 'safe', ...options }));
  return response && { status: jobStatus(readAs(endpoint, response, job).data.attributes.status) };
}

const job = z.object({ data: z.object({ attributes: z.object({ status: z.string() }) }) });

function unsubscribeRequest(emails: readonly string[]): Requests['POST /api/profile-subscription-bulk-delete-jobs'] {
  const subscriptions = { email: { marketing: { consent: 'UNSUBSCRIBED' } } } as const;
  return {
    data: {
      type: 'profile-subscription-bulk-delete-job',
      attributes: {
        profiles: { data: emails.map((email) => ({ type: 'profile', attributes: { email, subscriptions } })) },
      },
    },
  };
}

type _Job = Reads<typeof job, Answers['GET /api/profile-suppression-bulk-create-jobs/{job_id}']>;
