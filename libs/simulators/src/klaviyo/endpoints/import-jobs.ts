import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint, pageSize } from '../call.js';
import { contract } from '../generated/contract.js';
import { invalid, refuse, RowErrors } from '../jsonapi/errors.js';
import { parseFilter } from '../jsonapi/filter.js';
import { isUlid } from '../jsonapi/ids.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { importErrorResource, importJobResource } from '../resources/jobs.js';
import { listResource } from '../resources/list.js';
import { profileResource } from '../resources/profile.js';
import { asks } from '../resources/sparse.js';
import { checkProfile, maximumProfileBytes, profileBytes } from '../rules/profile-rules.js';
import { type ImportJob, type ProfileRow } from '../state/jobs.js';

const weekMs = 7 * 24 * 60 * 60 * 1000;

export const importJobEndpoints: Endpoint[] = [
  { endpoint: 'POST /api/profile-bulk-import-jobs', handle: create },
  { endpoint: 'GET /api/profile-bulk-import-jobs', handle: readJobs },
  {
    endpoint: 'GET /api/profile-bulk-import-jobs/{job_id}',
    handle: (call) => {
      const job = jobOf(call, 'job_id');
      const list = call.account.lists.get(job.listId ?? '');
      const included =
        asks(call.query, 'include', 'lists') && list !== undefined ? { included: [listResource(call, list)] } : {};
      return {
        status: 200,
        json: { data: importJobResource(call, job), links: { self: call.base + call.request.url }, ...included },
      };
    },
  },
  {
    endpoint: 'GET /api/profile-bulk-import-jobs/{id}/import-errors',
    handle: (call) => {
      const page = slicePage(call, jobOf(call, 'id').errors, pageSize(call, 20));
      return pageAnswer(call, { ...page, items: page.items.map((error) => importErrorResource(call, error)) });
    },
  },
  { endpoint: 'GET /api/profile-bulk-import-jobs/{id}/profiles', handle: readProfiles },
  {
    endpoint: 'GET /api/profile-bulk-import-jobs/{id}/relationships/profiles',
    handle: (call) => {
      const page = slicePage(call, jobOf(call, 'id').profileIds, pageSize(call, 20));
      return pageAnswer(call, { ...page, items: page.items.map((id) => ({ type: 'profile', id })) });
    },
  },
  {
    endpoint: 'GET /api/profile-bulk-import-jobs/{id}/lists',
    handle: (call) => {
      const list = call.account.lists.get(jobOf(call, 'id').listId ?? '');
      return pageAnswer(call, { items: list === undefined ? [] : [listResource(call, list)] });
    },
  },
  {
    endpoint: 'GET /api/profile-bulk-import-jobs/{id}/relationships/lists',
    handle: (call) => {
      const { listId } = jobOf(call, 'id');
      return pageAnswer(call, { items: listId === null ? [] : [{ type: 'list', id: listId }] });
    },
  },
];

/** A malformed id is a 400, an unknown or expired one a 404. */
function jobOf(call: Call, parameter: string): ImportJob {
  const id = call.request.params[parameter] ?? '';
  if (!isUlid(id)) throw invalid(`'${id}' is not a valid job id.`, '/data/id');
  const job = call.account.importJobs.get(id);
  if (job === undefined || job.expiresAt <= call.request.at) {
    throw refuse(404, 'not_found', `A profile bulk import job with id ${id} does not exist.`);
  }
  return job;
}

function readJobs(call: Call): SimAnswer {
  const filter = call.query.get('filter');
  const rules = contract['GET /api/profile-bulk-import-jobs']?.filters ?? {};
  const conditions = filter === null ? [] : parseFilter(filter, rules);
  const jobs = [...call.account.importJobs.values()].filter(
    (job) => job.expiresAt > call.request.at && conditions.every((each) => each.values.includes(job.status)),
  );
  if (call.query.get('sort') !== 'created_at') jobs.reverse();
  const page = slicePage(call, jobs, pageSize(call, 20));
  return pageAnswer(call, { ...page, items: page.items.map((job) => importJobResource(call, job)) });
}

function readProfiles(call: Call): SimAnswer {
  const page = slicePage(call, jobOf(call, 'id').profileIds, pageSize(call, 20));
  const profiles = page.items.flatMap((id) => call.account.profiles.withId(id) ?? []);
  return pageAnswer(call, { ...page, items: profiles.map((profile) => profileResource(call, profile)) });
}

interface ImportBody {
  data: {
    attributes: { profiles: { data: (ProfileRow & { id?: string | null })[] } };
    relationships?: { lists?: { data?: { id: string }[] } };
  };
}

/** One bad row refuses all; what passes here can still fail row by row in the job. */
function create(call: Call): SimAnswer {
  const { attributes, relationships } = (call.body as ImportBody).data;
  const given = attributes.profiles.data;
  const pointer = '/data/attributes/profiles/data';
  if (given.length === 0) throw invalid('At least one profile is required.', pointer);
  if (given.length > 10_000) throw invalid('At most 10000 profiles are accepted.', pointer);
  const errors = new RowErrors();
  const rows = given.map((row, at) => {
    checkProfile(row, `${pointer}/${at}`, errors);
    if (profileBytes(row) > maximumProfileBytes) errors.add('A profile can have at most 100 KB.', `${pointer}/${at}`);
    return toRow(row);
  });
  errors.throwIfAny();
  const listId = theList(call, relationships?.lists?.data ?? []);
  noteDuplicates(call, rows);
  const now = call.account.now();
  const job: ImportJob = {
    id: call.account.newId(),
    status: 'queued',
    createdAt: now,
    startedAt: null,
    completedAt: null,
    expiresAt: now + weekMs,
    total: rows.length,
    completed: 0,
    failed: 0,
    listId,
    rows,
    errors: [],
    profileIds: [],
    cause: call.cause,
  };
  call.account.savedJob(job);
  call.world.schedule(call.world.delays.importStart, { kind: 'import-start', account: call.account.id, job: job.id });
  if (listId !== null) call.list = listId;
  const data = importJobResource(call, job);
  if (call.world.troubles.emptyIdNext > 0) {
    call.world.troubles.emptyIdNext -= 1;
    data['id'] = '';
  }
  return { status: 202, json: { data, links: { self: `${call.base}${call.request.path}/${job.id}` } } };
}

function toRow({ id, attributes, meta }: ProfileRow & { id?: string | null }): ProfileRow {
  return { ...(typeof id === 'string' ? { id } : {}), attributes, ...(meta === undefined ? {} : { meta }) };
}

function theList(call: Call, lists: readonly { id: string }[]): string | null {
  const pointer = '/data/relationships/lists/data';
  if (lists.length > 1) throw invalid('Only one list is accepted.', pointer);
  const id = lists[0]?.id;
  if (id === undefined) return null;
  if (!call.account.lists.has(id)) throw goneList(call, id, `${pointer}/0/id`);
  return id;
}

function goneList({ world }: Call, id: string, pointer: string): Error {
  const words = `A list with id ${id} does not exist.`;
  if (world.troubles.goneList === 'not_found') return refuse(404, 'not_found', words);
  return world.troubles.goneList === 'silent' ? refuse(400, 'invalid', words, {}) : invalid(words, pointer);
}

/** What the vendor makes of an address that is twice in a job is unknown, so a careful caller does not send one. */
function noteDuplicates(call: Call, rows: readonly ProfileRow[]): void {
  const seen = new Set<string>();
  let repeated = 0;
  for (const { attributes } of rows) {
    const email = attributes['email'];
    if (typeof email !== 'string') continue;
    const normal = email.toLowerCase();
    if (seen.has(normal)) repeated += 1;
    else call.rows.push(normal);
    seen.add(normal);
  }
  if (repeated === 0) return;
  call.world.violate({
    at: call.request.at,
    request: call.request.id,
    account: call.account.id,
    endpoint: call.request.endpoint,
    problem: `${repeated} rows repeat an e-mail of the same job`,
  });
}
