import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { contract } from '../generated/contract.js';
import { invalid, refuse, RowErrors } from '../jsonapi/errors.js';
import { parseFilter } from '../jsonapi/filter.js';
import { isUlid } from '../jsonapi/ids.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { suppressionJobResource } from '../resources/jobs.js';
import { isEmail } from '../rules/email.js';
import { type SuppressionJob } from '../state/jobs.js';

export const suppressionEndpoints: Endpoint[] = (['create', 'delete'] as const).flatMap((kind) => {
  const path = `/api/profile-suppression-bulk-${kind}-jobs`;
  return [
    { endpoint: `POST ${path}`, handle: (call) => create(call, kind) },
    { endpoint: `GET ${path}`, handle: (call) => readJobs(call, kind) },
    {
      endpoint: `GET ${path}/{job_id}`,
      handle: (call) => ({
        status: 200,
        json: { data: suppressionJobResource(call, jobOf(call, kind)), links: { self: call.base + call.request.url } },
      }),
    },
  ] satisfies Endpoint[];
});

function jobOf(call: Call, kind: SuppressionJob['kind']): SuppressionJob {
  const id = call.request.params['job_id'] ?? '';
  if (!isUlid(id)) throw invalid(`'${id}' is not a valid job id.`, '/data/id');
  const job = call.account.suppressionJobs.get(id);
  if (job?.kind !== kind) throw refuse(404, 'not_found', `A suppression job with id ${id} does not exist.`);
  return job;
}

function readJobs(call: Call, kind: SuppressionJob['kind']): SimAnswer {
  const filter = call.query.get('filter');
  const rules = contract[call.request.endpoint]?.filters ?? {};
  const conditions = filter === null ? [] : parseFilter(filter, rules);
  const jobs = [...call.account.suppressionJobs.values()].filter((job) => {
    const fields: Record<string, string | null> = { status: job.status, list_id: job.listId, segment_id: null };
    return job.kind === kind && conditions.every((each) => each.values.includes(fields[each.field] ?? ''));
  });
  if (!(call.query.get('sort') ?? '-').startsWith('created')) jobs.reverse();
  const page = slicePage(call, jobs, 100);
  return pageAnswer(call, { ...page, items: page.items.map((job) => suppressionJobResource(call, job)) });
}

interface Body {
  data: {
    attributes: { profiles?: { data: { attributes: { email: string } }[] } | null };
    relationships?: { list?: { data?: { id: string } }; segment?: { data?: { id: string } } };
  };
}

/** Addresses, or one list, or one segment. */
function create(call: Call, kind: SuppressionJob['kind']): SimAnswer {
  const { attributes, relationships } = (call.body as Body).data;
  const pointer = '/data/attributes/profiles/data';
  const listId = relationships?.list?.data?.id ?? null;
  const segment = relationships?.segment?.data?.id;
  const given = attributes.profiles?.data;
  if ([listId ?? undefined, segment, given].filter((each) => each !== undefined).length !== 1) {
    throw invalid('Exactly one of profiles, list and segment is required.');
  }
  if (segment !== undefined)
    throw invalid(`A segment with id ${segment} does not exist.`, '/data/relationships/segment/data/id');
  if (listId !== null && !call.account.lists.has(listId)) {
    throw invalid(`A list with id ${listId} does not exist.`, '/data/relationships/list/data/id');
  }
  if (given?.length === 0) throw invalid('At least one profile is required.', pointer);
  if ((given?.length ?? 0) > 100) throw invalid('At most 100 profiles are accepted.', pointer);
  const emails = (given ?? []).map((row) => row.attributes.email.toLowerCase());
  const errors = new RowErrors();
  emails.forEach((email, at) => {
    if (!isEmail(email)) errors.add('Invalid email address', `${pointer}/${at}/attributes/email`);
  });
  errors.throwIfAny();
  return accept(call, kind, listId, emails);
}

function accept(call: Call, kind: SuppressionJob['kind'], listId: string | null, emails: string[]): SimAnswer {
  const now = call.account.now();
  const job: SuppressionJob = {
    id: call.account.newId(),
    kind,
    status: 'processing',
    createdAt: now,
    completedAt: now,
    total: 0,
    completed: 0,
    skipped: 0,
    listId,
    emails,
    cause: call.cause,
  };
  call.account.savedJob(job);
  call.world.schedule(call.world.delays.suppress, { kind: 'suppression', account: call.account.id, job: job.id });
  call.rows.push(...emails);
  if (listId !== null) call.list = listId;
  const data = suppressionJobResource(call, job);
  return { status: 202, json: { data, links: { self: `${call.base}${call.request.path}/${job.id}` } } };
}
