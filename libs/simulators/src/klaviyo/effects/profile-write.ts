import { type Account } from '../state/account.js';
import { type Cause } from '../state/audit.js';
import { type ProfileRow } from '../state/jobs.js';
import { type Profile, textFields } from '../state/profile.js';
import { resolve } from './identity.js';

export interface Written {
  profile?: Profile;
  created: boolean;
  conflict?: Profile;
}

/** Creates or updates the profile a row is about, as both kinds of import do. */
export function upsert(account: Account, row: ProfileRow, cause: Cause): Written {
  const { profile, created, conflict } = resolve(account, row, cause);
  if (profile === undefined) return { created, ...(conflict === undefined ? {} : { conflict }) };
  writeFields(account, profile, row, !created);
  account.saved(profile, cause);
  return { profile, created };
}

/** Null clears a standard field, absence keeps it, properties merge by key. An update leaves a property `company_id` behind. */
export function writeFields(account: Account, profile: Profile, row: ProfileRow, update: boolean): void {
  const { attributes } = row;
  for (const field of textFields) {
    const value = attributes[field];
    if (value === null) delete profile.texts[field];
    else if (typeof value === 'string') profile.texts[field] = value;
  }
  if (attributes['phone_number'] === null) account.profiles.setPhone(profile, null);
  if (attributes['external_id'] === null) account.profiles.setExternalId(profile, null);
  for (const [key, value] of Object.entries((attributes['location'] as Record<string, unknown> | undefined) ?? {})) {
    if (value === null) delete profile.location[key];
    else profile.location[key] = value;
  }
  Object.assign(profile.properties, attributes['properties'] ?? {});
  patchProperties(profile.properties, row.meta?.patch_properties ?? {});
  if (update) profile.properties['company_id'] = account.id;
  profile.updated = account.now();
}

type Patch = NonNullable<NonNullable<ProfileRow['meta']>['patch_properties']>;

function patchProperties(properties: Record<string, unknown>, patch: Patch): void {
  for (const [key, value] of Object.entries(patch.append ?? {})) {
    const present = listOf(properties[key]);
    properties[key] = [...present, ...listOf(value).filter((item) => !present.includes(item))];
  }
  for (const [key, value] of Object.entries(patch.unappend ?? {})) {
    const gone = listOf(value);
    properties[key] = listOf(properties[key]).filter((item) => !gone.includes(item));
  }
  for (const key of listOf(patch.unset)) if (typeof key === 'string') delete properties[key];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
