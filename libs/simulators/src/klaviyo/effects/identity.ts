import { type Account } from '../state/account.js';
import { type Cause } from '../state/audit.js';
import { type Profile } from '../state/profile.js';
import { type ProfileRow } from '../state/jobs.js';

export interface Resolution {
  profile?: Profile;
  created: boolean;
  /** The other profile that one of the identifiers belongs to. Without profile and conflict the id is unknown. Nothing was changed. */
  conflict?: Profile;
}

/**
 * Whose row this is. The id decides, then the e-mail, then the phone. A known phone with an e-mail that nobody has renames that person;
 * identifiers of two different people conflict. An external id finds somebody only where it is alone: it never merges, so two people can
 * have the same one.
 */
export function resolve(account: Account, row: ProfileRow, cause: Cause): Resolution {
  const { profiles } = account;
  const email = textOf(row.attributes['email'])?.toLowerCase();
  const phone = textOf(row.attributes['phone_number']);
  const externalId = textOf(row.attributes['external_id']);
  if (row.id !== undefined && profiles.withId(row.id) === undefined) return { created: false };
  const owners = [
    row.id === undefined ? undefined : profiles.withId(row.id),
    email === undefined ? undefined : profiles.withEmail(email),
    phone === undefined ? undefined : profiles.withPhone(phone),
  ].filter((owner) => owner !== undefined);
  const isAlone = row.id === undefined && email === undefined && phone === undefined && externalId !== undefined;
  const profile = owners[0] ?? (isAlone ? profiles.withExternalId(externalId) : undefined);
  if (profile === undefined) {
    const identity = { email: email ?? null, phone: phone ?? null, externalId: externalId ?? null };
    return { profile: account.createProfile(identity), created: true };
  }
  const conflict = owners.find((owner) => owner !== profile);
  if (conflict !== undefined) return { created: false, conflict };
  if (email !== undefined) account.setEmail(profile, email, cause);
  if (phone !== undefined) profiles.setPhone(profile, phone);
  if (externalId !== undefined) profiles.setExternalId(profile, externalId);
  return { profile, created: false };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
