import { type Queries } from '@portage/persistence';
import { readStates } from './people.repository.js';
import { type Former } from './person.js';

type Ours = Pick<Former, 'state' | 'vacant' | 'eventAt'>;

const unknown: Ours = { state: null, vacant: false, eventAt: null };

/** What the ledger knows of addresses that contacts have left. */
export async function readFormers(
  queries: Queries,
  target: string,
  addresses: readonly string[],
): Promise<(address: string) => Ours> {
  if (addresses.length === 0) return () => unknown;
  const states = await readStates(queries, target, addresses);
  const rows = await queries.query<{ email: string; vacant: boolean; event_at: Date | null }>(
    `SELECT email, event_at, ${VACANT} AS vacant FROM ledger.people p WHERE target = $1 AND email = ANY($2::text[])`,
    [target, addresses],
  );
  const ours = new Map(rows.map((row) => [row.email, row]));
  return (address) => {
    const row = ours.get(address);
    const state = states.get(address) ?? null;
    return row ? { state, vacant: row.vacant, eventAt: row.event_at?.getTime() ?? null } : { ...unknown, state };
  };
}

/** Of a person `p`: no contact has the address, deleted ones included, and one alone has left it. */
export const VACANT = `(
  NOT EXISTS (SELECT FROM ledger.records r WHERE r.target = p.target AND r.stream = 'contacts' AND r.email = p.email)
  AND (SELECT count(*) FROM ledger.former_addresses f WHERE f.target = p.target AND f.email = p.email) = 1)`;
