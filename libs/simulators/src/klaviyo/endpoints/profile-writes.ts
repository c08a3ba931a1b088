import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { resolve } from '../effects/identity.js';
import { upsert, writeFields } from '../effects/profile-write.js';
import { invalid, refuse, RowErrors } from '../jsonapi/errors.js';
import { profileResource } from '../resources/profile.js';
import { checkProfile } from '../rules/profile-rules.js';
import { type ProfileRow } from '../state/jobs.js';
import { type Profile } from '../state/profile.js';
import { profileOf } from './profiles.js';

export const profileWriteEndpoints: Endpoint[] = [
  { endpoint: 'POST /api/profile-import', maximumBytes: 100_000, handle: importOne },
  { endpoint: 'POST /api/profiles', maximumBytes: 100_000, handle: create },
  { endpoint: 'PATCH /api/profiles/{id}', maximumBytes: 100_000, handle: change },
  {
    endpoint: 'POST /api/data-privacy-deletion-jobs',
    handle: (call) => {
      const profile = toDelete(call);
      if (profile === undefined) return { status: 202 };
      call.rows.push(profile.email ?? profile.id);
      const work = { kind: 'deletion', account: call.account.id, cause: call.cause, profile: profile.id } as const;
      call.world.schedule(call.world.delays.suppress, work);
      return { status: 202 };
    },
  },
];

function importOne(call: Call): SimAnswer {
  const row = checkedRow(call);
  if (row.id !== undefined && call.account.profiles.withId(row.id) === undefined) {
    throw refuse(404, 'not_found', `A profile with id ${row.id} does not exist.`, { pointer: '/data/id' });
  }
  const { profile, created, conflict } = upsert(call.account, row, call.cause);
  if (profile === undefined) throw duplicate(conflict);
  return answer(call, profile, created ? 201 : 200);
}

function create(call: Call): SimAnswer {
  const row = checkedRow(call);
  const { profiles } = call.account;
  const { email, phone_number: phone } = row.attributes as Record<string, string | null | undefined>;
  const known = (email && profiles.withEmail(email)) || (phone && profiles.withPhone(phone));
  if (known) throw duplicate(known);
  const { profile } = resolve(call.account, row, call.cause);
  if (profile === undefined) throw duplicate(undefined);
  writeFields(call.account, profile, row, false);
  call.account.saved(profile, call.cause);
  return answer(call, profile, 201);
}

function change(call: Call): SimAnswer {
  const profile = profileOf(call);
  const row = checkedRow(call);
  if (row.id !== profile.id) throw invalid('The id in the body must be that of the path.', '/data/id');
  const { profile: written, conflict } = upsert(call.account, row, call.cause);
  if (written === undefined) throw duplicate(conflict);
  if (row.attributes['email'] === null) {
    call.account.setEmail(written, null, call.cause);
    call.account.saved(written, call.cause);
  }
  call.rows.push(written.email ?? written.id);
  return answer(call, written, 200);
}

function checkedRow(call: Call): ProfileRow {
  const { id, ...rest } = (call.body as { data: ProfileRow & { id?: string | null } }).data;
  const row: ProfileRow = { ...rest, ...(typeof id === 'string' ? { id } : {}) };
  const errors = new RowErrors();
  checkProfile(row, '/data', errors);
  errors.throwIfAny();
  const email = row.attributes['email'];
  call.rows.push(typeof email === 'string' ? email.toLowerCase() : (row.id ?? ''));
  return row;
}

function duplicate(other: Profile | undefined): Error {
  const meta = other === undefined ? {} : { duplicate_profile_id: other.id };
  const detail = 'A profile already exists with one of these identifiers.';
  return refuse(409, 'duplicate_profile', detail, { pointer: '/data/attributes' }, meta);
}

function answer(call: Call, profile: Profile, status: number): SimAnswer {
  return {
    status,
    json: { data: profileResource(call, profile), links: { self: `${call.base}/api/profiles/${profile.id}` } },
  };
}

interface DeletionBody {
  data: {
    attributes: {
      profile: { data: { id?: string | null; attributes?: { email?: string | null; phone_number?: string | null } } };
    };
  };
}

function toDelete(call: Call): Profile | undefined {
  const { id, attributes } = (call.body as DeletionBody).data.attributes.profile.data;
  const { profiles } = call.account;
  if (typeof id === 'string') return profiles.withId(id);
  if (typeof attributes?.email === 'string') return profiles.withEmail(attributes.email);
  return typeof attributes?.phone_number === 'string' ? profiles.withPhone(attributes.phone_number) : undefined;
}
