import { type PersonRead } from '@portage/klaviyo';
import { type RecentEvents, readRecentEvents } from '../events/event-requests.js';
import { inParallel } from '../parallel.js';
import { readStates } from './people.repository.js';
import { type Former } from './person.js';
import { type RoundContext } from './round-context.js';

export type FormerLedger = Omit<Former, 'address' | 'profileId' | 'read'>;

const unknown: FormerLedger = { state: null, vacant: false, events: null };

/**
 * What the ledger knows of addresses that contacts have left, and whether what was sent there of late has landed.
 *
 * @param reads  who is there in Klaviyo, by address
 */
export async function readFormers(
  context: RoundContext,
  addresses: readonly string[],
  reads: ReadonlyMap<string, Pick<PersonRead, 'profileId'>>,
): Promise<(address: string) => FormerLedger> {
  if (addresses.length === 0) return () => unknown;
  const { database, target } = context;
  const states = await readStates(database, target.id, addresses);
  const recent = await readRecentEvents(database, target.id, addresses);
  const landed = await readLanded(context, recent, reads);
  const rows = await database.query<{ email: string; vacant: boolean }>(
    `SELECT email, ${VACANT} AS vacant FROM ledger.people p WHERE target = $1 AND email = ANY($2::text[])`,
    [target.id, addresses],
  );
  const vacant = new Map(rows.map((row) => [row.email, row.vacant]));
  return (address) => {
    const sent = recent.get(address);
    return {
      state: states.get(address) ?? null,
      vacant: vacant.get(address) ?? false,
      events: sent ? { lastRequest: sent.lastRequest, lastAt: sent.lastAt, landed: landed.has(address) } : null,
    };
  };
}

/** Of a person `p`: no contact has the address, deleted ones included, and one alone has left it. */
export const VACANT = `(
  NOT EXISTS (SELECT FROM ledger.records r WHERE r.target = p.target AND r.stream = 'contacts' AND r.email = p.email)
  AND (SELECT count(*) FROM ledger.former_addresses f WHERE f.target = p.target AND f.email = p.email) = 1)`;

/** Addresses at which Klaviyo shows every event that left for them. Asked after the ledger was: what leaves later is not among them. */
async function readLanded(
  { target, claim }: RoundContext,
  recent: ReadonlyMap<string, RecentEvents>,
  reads: ReadonlyMap<string, Pick<PersonRead, 'profileId'>>,
): Promise<ReadonlySet<string>> {
  const landed = new Set<string>();
  await inParallel([...recent], READS_AT_ONCE, async ([address, { uniqueIds }]) => {
    const there = reads.get(address);
    // One that left twice may land twice, and is there after the first time.
    if (!there || new Set(uniqueIds).size < uniqueIds.length) return;
    claim.check();
    const ids = await target.klaviyo.eventIdsOf(there.profileId, { signal: claim.signal });
    if (uniqueIds.every((id) => ids.has(id))) landed.add(address);
  });
  return landed;
}

const READS_AT_ONCE = 8;
