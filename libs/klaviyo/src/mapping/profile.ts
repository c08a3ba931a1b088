import { createHash } from 'node:crypto';
import { type Contact } from '@portage/records';
import { maxima } from '../maxima.js';
import { importBytes } from '../operations/import-request.js';
import { fieldsOf, withCleared } from './cleared.js';
import { type ImportRow } from './import-row.js';
import { locationOf } from './location.js';
import { phoneOf, phoneText } from './phone.js';
import { present } from './present.js';
import { propertiesOf } from './properties.js';

export interface ProfileContext {
  /** The person's normalised address. */
  readonly email: string;
  /** Code or name. */
  readonly accountCountry: string | null;
  /**
   * Whether the contact's number may become the profile's: one undeleted contact holds it in the source and nobody else in
   * the target, or it was sent before. Importing a known number with another address would rename whoever has it.
   */
  readonly sendPhone: boolean;
  /** `fields` of the last write for this person; empty when there was none. */
  readonly written: readonly string[];
}

export interface MappedProfile {
  readonly row: ImportRow;
  /** Fields with a value in this write; hand them in as `written` next time. */
  readonly fields: readonly string[];
  /** Equal for equal content: a profile with the fingerprint of the last write needs no request. */
  readonly fingerprint: string;
  /** What went to `phone_number`. */
  readonly phone: string | null;
  /** In an import request. */
  readonly bytes: number;
}

export interface UnmappableProfile {
  readonly rejected: 'klaviyo.profile_too_large';
}

/** A contact as a row of an import job. No `external_id`: Klaviyo does not merge by it, so it makes second profiles. */
export function mapProfile(contact: Contact, context: ProfileContext): MappedProfile | UnmappableProfile {
  const number = phoneOf(contact, context.accountCountry);
  const phone = context.sendPhone ? number : null;
  const location = locationOf(contact);
  const attributes: ImportRow['attributes'] = {
    email: context.email,
    ...present({
      phone_number: phone,
      first_name: contact.firstName,
      last_name: contact.lastName,
      organization: contact.companyName,
      title: contact.jobTitle,
    }),
    ...(Object.keys(location).length > 0 ? { location } : {}),
    properties: propertiesOf(contact, phone === null ? phoneText(contact, number) : null),
  };
  const row = withCleared(attributes, context.written);
  const bytes = importBytes(row);
  if (bytes > maxima.profileBytes) return { rejected: 'klaviyo.profile_too_large' };
  return { row, fields: fieldsOf(attributes), fingerprint: fingerprintOf(attributes), phone, bytes };
}

function fingerprintOf(attributes: ImportRow['attributes']): string {
  return createHash('sha256').update(JSON.stringify(attributes)).digest('hex').slice(0, 32);
}
