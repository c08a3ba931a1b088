import { type ProfileRow } from '../state/jobs.js';
import { type RowErrors } from '../jsonapi/errors.js';
import { isEmail } from './email.js';
import { isPhone } from './phone.js';

/** Values of a profile in any request; the shape was checked before. `pointer` leads to the profile. */
export function checkProfile(row: ProfileRow, pointer: string, errors: RowErrors): void {
  const {
    email,
    phone_number: phone,
    external_id: externalId,
  } = row.attributes as Record<string, string | null | undefined>;
  const at = `${pointer}/attributes`;
  if (typeof email === 'string' && !isEmail(email)) errors.add('Invalid email address', `${at}/email`);
  if (typeof phone === 'string' && !isPhone(phone))
    errors.add('Invalid phone number format (Example of a valid format: +12345678901)', `${at}/phone_number`);
  if (typeof externalId === 'string' && (externalId.length === 0 || externalId.length > 255)) {
    errors.add('external_id must have 1 to 255 characters', `${at}/external_id`);
  }
  if (
    ![row.id, email, phone, externalId, row.attributes['_kx'], row.attributes['anonymous_id']].some(
      (each) => typeof each === 'string',
    )
  ) {
    errors.add('One or more profile identifiers (e.g. id, email, or phone_number) are required.', at);
  }
}

export const maximumProfileBytes = 100_000;

export function profileBytes(row: ProfileRow): number {
  return Buffer.byteLength(JSON.stringify(row));
}
