import { type Queries } from '@portage/persistence';

export interface Refused {
  readonly target: string;
  readonly key: string;
  readonly version: number;
  readonly email: string | null;
}

/**
 * Takes back that a contact was refused, so that the engine tries the person once more under its own rules: opt-outs first,
 * with a new read. Records that were refused with the person are open again.
 *
 * @returns false when the person is being worked on at this moment
 */
export async function reopenContact(queries: Queries, { target, key, version, email }: Refused): Promise<boolean> {
  const free = await queries.execute(
    `UPDATE ledger.people SET rejected = NULL, inputs = inputs + 1, exposed = true, lane = 0, phase = 'new', due_at = now()
     WHERE target = $1 AND email = $2 AND claim IS NULL AND open_jobs = 0`,
    [target, email],
  );
  if (free === 0) return false;
  await queries.execute(
    `UPDATE ledger.records SET outcome = NULL, reason = NULL, decided_at = NULL
     WHERE target = $1 AND outcome = 'rejected' AND (
       (stream = 'contacts' AND key = $2 AND version = $3) OR
       (stream = 'suppressions' AND key IN (SELECT key FROM ledger.suppressions WHERE target = $1 AND address = $4)))`,
    [target, key, version, email],
  );
  return true;
}

export interface KnownRecord {
  readonly version: number;
  readonly outcome: string | null;
  readonly email: string | null;
}

/** What the ledger has under the key of a letter. */
export async function knownRecord(
  queries: Queries,
  target: string,
  stream: string,
  key: string,
): Promise<KnownRecord | undefined> {
  const [row] = await queries.query<{ version: string; outcome: string | null; email: string | null }>(
    'SELECT version, outcome, email FROM ledger.records WHERE target = $1 AND stream = $2 AND key = $3',
    [target, stream, key],
  );
  return row && { ...row, version: Number(row.version) };
}
