import { type Pass } from '../pass/pass.js';

export const CONTACTS_PER_CALL = 500;

/** Contacts as published, those that are gone included. */
export async function publishedContacts(pass: Pass): Promise<number> {
  const [row] = await pass.database.query<{ contacts: number }>(
    `SELECT count(*)::int AS contacts FROM sync.records WHERE connection_id = $1 AND stream = 'contacts'`,
    [pass.connectionId],
  );
  return row?.contacts ?? 0;
}

export async function callsForEverybody(pass: Pass): Promise<number> {
  return Math.ceil((await publishedContacts(pass)) / CONTACTS_PER_CALL);
}
