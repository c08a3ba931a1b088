import { type Requests } from '../generated/contract.js';

type Published = Requests['POST /api/profile-bulk-import-jobs']['data']['attributes']['profiles']['data'][number];

/** One profile of an import job, ready to send. Plain JSON: it can be stored and sent again as it is. */
export interface ImportRow {
  readonly attributes: Published['attributes'] & { readonly email: string };
  /** In an import, `meta` stands beside the attributes. */
  readonly meta?: { readonly patch_properties: { readonly unset: readonly string[] } };
}

/** A row that only names the person, for memberships of further lists. */
export function membershipRow(email: string): ImportRow {
  return { attributes: { email } };
}
