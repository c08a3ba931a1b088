import { type Account } from '../state/account.js';
import { type Cause } from '../state/audit.js';
import { type Profile } from '../state/profile.js';
import { type ProfileRow } from '../state/jobs.js';

export interface Resolution {
  profile?: Profile;
  created: boolean;
  /** The other profile that one of the identifiers belongs to; nothing was changed. */
  conflict?: Profile;
}

/**
 * Whose row this is. The id decides, then the e-mail, then the phone, then the external id. A known phone with an e-mail that nobody has
 * renames that person; identifiers of two different people conflict.
 */
export function resolve(account: Account, row: ProfileRow, cause: Cause): Resolution {
  const email = textOf(row.attributes['email'])?.toLowerCase();
  const phone = textOf(row.attributes['phone_number']);
  const externalId = textOf(row.attributes['external_id']);
  const owners = [
    row.id === undefined ? undefined : account.profiles.withId(row.id),
    email === undefined ? undefined : account.profiles.withEmail(email),
    phone === undefined ? undefined : account.profiles.withPhone(phone),
    externalId === undefined ? undefined : account.profiles.withExternalId(externalId),
  ].filter((owner) => owner !== undefined);
  const profile = owners[0];
  if (profile === undefined) {
    return {
      profile: account.createProfile({ email: email ?? null, phone: phone ?? null, externalId: externalId ?? null }),
      created: true,
    };
  }
  const conflict = owners.find((owner) => owner !== profile);
  if (conflict !== undefined) return { created: false, conflict };
  if (email !== undefined) account.setEmail(profile, email, cause);
  if (phone !== undefined) account.profiles.setPhone(profile, phone);
  if (externalId !== undefined) account.profiles.setExternalId(profile, externalId);
  return { profile, created: false };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
