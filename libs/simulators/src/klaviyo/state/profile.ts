export type Consent = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NEVER_SUBSCRIBED';
export type SuppressionReason = 'HARD_BOUNCE' | 'INVALID_EMAIL' | 'SPAM_COMPLAINT' | 'UNSUBSCRIBE' | 'USER_SUPPRESSED';

interface Suppression {
  reason: SuppressionReason;
  timestamp: number;
}

/** Times in milliseconds. */
export interface Profile {
  /** Order of creation within the account. */
  seq: number;
  id: string;
  /** Lower case. */
  email: string | null;
  phone: string | null;
  externalId: string | null;
  /** The standard text fields: first_name, last_name, organization, locale, title, image. */
  texts: Record<string, string>;
  location: Record<string, unknown>;
  properties: Record<string, unknown>;
  created: number;
  updated: number;
  lastEvent: number | null;
  consent: Consent;
  consentTimestamp: number | null;
  method: string | null;
  customMethodDetail: string | null;
  suppressions: Suppression[];
  listSuppressions: { listId: string; reason: string; timestamp: number }[];
}

export const textFields = ['first_name', 'last_name', 'organization', 'locale', 'title', 'image'] as const;
export const locationFields = [
  'address1',
  'address2',
  'city',
  'country',
  'latitude',
  'longitude',
  'region',
  'zip',
  'timezone',
  'ip',
] as const;

/** The vendor can mail whoever exists and is not suppressed, consent or not. */
export function isMailable(profile: Profile): boolean {
  return profile.email !== null && profile.suppressions.length === 0;
}
