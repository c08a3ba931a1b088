import { type Queries } from '@portage/persistence';
import { parseKey } from '@portage/records';
import { type HeldContact } from '../people/person.js';

/** A complete pass of the source may be so old, in milliseconds, for its word to subscribe anybody. */
export const FRESH_PASS_MS = 86_400_000;

interface OriginRow {
  readonly origin: string;
  readonly connection_id: string;
  readonly connection_target: string;
  readonly pass_completed_at: string;
}

/**
 * Keys of contacts that a replay brought and whose word is too old to subscribe anybody: the pass is a day old, or the source's own
 * ledger knows something newer by now. Contacts that came by themselves are never among them.
 */
export async function readOutdated(
  queries: Queries,
  target: string,
  contacts: readonly HeldContact[],
  now: number,
): Promise<ReadonlySet<string>> {
  const brought = contacts.filter(({ contact, connectionId }) => contact.meta.connectionId !== connectionId);
  const outdated = new Set<string>();
  if (brought.length === 0) return outdated;
  const origins = await queries.query<OriginRow>(
    `SELECT origin, connection_id, connection_target, pass_completed_at FROM ledger.replay_origins WHERE origin = ANY($1::text[])`,
    [[...new Set(brought.map(({ contact }) => contact.meta.connectionId))]],
  );
  for (const row of origins) {
    const of = brought.filter(({ contact }) => contact.meta.connectionId === row.origin);
    const stale = now - Number(row.pass_completed_at) > FRESH_PASS_MS;
    const newer = stale ? of.map(({ key }) => key) : await followed(queries, target, row, of);
    for (const key of newer) outdated.add(key);
  }
  const known = new Set(origins.map(({ origin }) => origin));
  for (const { key, contact } of brought) if (!known.has(contact.meta.connectionId)) outdated.add(key);
  return outdated;
}

/** Those of whom the source has said something since. */
async function followed(
  queries: Queries,
  target: string,
  { connection_id: source, connection_target: sourceTarget }: OriginRow,
  contacts: readonly HeldContact[],
): Promise<string[]> {
  const rows = await queries.query<{ key: string }>(
    `SELECT k.key FROM unnest($3::text[], $4::text[]) AS k (key, source_key)
     JOIN ledger.records s ON s.target = $1 AND s.stream IN ('contacts', 'suppressions') AND s.key = k.source_key
     LEFT JOIN ledger.records t ON t.target = $2 AND t.stream = s.stream AND t.key = k.key
     WHERE s.version > COALESCE(t.version, -1)`,
    [
      sourceTarget,
      target,
      contacts.map(({ key }) => key),
      contacts.map(({ key }) => `${source}:${parseKey(key)?.sourceId ?? ''}`),
    ],
  );
  return rows.map(({ key }) => key);
}
