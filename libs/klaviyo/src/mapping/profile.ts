import { hash } from 'node:crypto';
import { type Contact } from '@portage/records';
import { maxima } from '../maxima.js';
import { importBytes } from '../operations/import-request.js';
import { fieldsOf, withCleared } from './cleared.js';
import { type ImportRow, membershipRow } from './import-row.js';
import { locationOf } from './location.js';
import { phonesOf, phoneText } from './phone.js';
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
  /** The contact's numbers as `phonesOf` gives them, where the caller has them: finding them is the costly part. */
  readonly phones?: readonly string[];
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
  const number = (context.phones ?? phonesOf(contact, context.accountCountry))[0] ?? null;
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
  const fields = fieldsOf(attributes);
  const row = withCleared(attributes, fields, context.written);
  const json = JSON.stringify(attributes);
  const bytes = row.attributes === attributes ? Buffer.byteLength(json) + frameBytes : importBytes(row);
  if (bytes > maxima.profileBytes) return { rejected: 'klaviyo.profile_too_large' };
  return { row, fields, fingerprint: hash('sha256', json, 'hex').slice(0, 32), phone, bytes };
}

/** What stands around the attributes of a row in a request. */
const frameBytes = importBytes(membershipRow('')) - Buffer.byteLength(JSON.stringify(membershipRow('').attributes));
