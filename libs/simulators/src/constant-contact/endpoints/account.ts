import { type Account } from '../../account/index.js';
import { type Endpoint } from '../vendor.js';

export const accountSummary: Endpoint = ({ view: { account }, request }) => ({
  encoded_account_id: account.id,
  organization_name: account.organizationName,
  contact_email: account.contactEmail,
  first_name: account.firstName,
  last_name: account.lastName,
  country_code: account.countryCode,
  state_code: account.stateCode,
  time_zone_id: account.timeZone,
  website: account.website,
  ...(request.query.get('extra_fields')?.includes('physical_address') === true
    ? { physical_address: physicalAddress(account) }
    : {}),
});

/** Needs no scope: it is how a caller finds out why everything else answers 403. */
export const userPrivileges: Endpoint = ({ view: { account } }) =>
  account.privileges.map((name, position) => ({ privilege_id: 10 + position, privilege_name: name }));

function physicalAddress(account: Account): Record<string, string> {
  return {
    address_line1: '1 Harbour Street',
    city: 'Boston',
    state_code: account.stateCode,
    postal_code: '02108',
    country_code: account.countryCode,
  };
}
