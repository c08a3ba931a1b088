import { type Queries } from '@portage/persistence';
import { type Lane, lanes } from './people.repository.js';

/** How many people a round takes on, at most and at least, unless fewer are due. */
const sizes: Readonly<Record<Lane, { readonly most: number; readonly least: number }>> = {
  [lanes.optOut]: { most: 3000, least: 300 },
  [lanes.load]: { most: 25_000, least: 2000 },
  [lanes.subscribe]: { most: 3000, least: 500 },
};
/** Import jobs cost by number and not by size, and each list has its own: a round is not split into jobs smaller than this. */
const LEAST_ROWS_A_JOB = 250;

/**
 * The share of one replica in what is due and under way, so that none takes everything while the others have nothing to do. A
 * replica alone takes as many as a round holds.
 *
 * @param beside  rounds that this process runs in the lane for other targets: what it holds of all of them is bounded
 */
export async function roundSize(queries: Queries, target: string, lane: Lane, beside: number): Promise<number> {
  const { least } = sizes[lane];
  const most = Math.max(least, Math.floor(sizes[lane].most / (1 + beside)));
  const [row] = await queries.query<{ replicas: number; lists: number; people: number | null }>(
    `WITH present AS (SELECT count(DISTINCT owner)::int AS replicas FROM ledger.claims WHERE expires_at > now())
     SELECT replicas,
       (SELECT count(*)::int FROM ledger.lists WHERE target = $1 AND state = 'ready') AS lists,
       CASE WHEN replicas > 1 THEN
         (SELECT count(*)::int FROM ledger.people WHERE target = $1 AND lane = $2 AND due_at <= now())
         + (SELECT count(*)::int FROM ledger.people WHERE target = $1 AND lane = $2 AND claim IS NOT NULL) END AS people
     FROM present`,
    [target, lane],
  );
  if (row === undefined || row.people === null) return most;
  const floor = lane === lanes.load ? Math.max(least, row.lists * LEAST_ROWS_A_JOB) : least;
  return Math.min(most, Math.max(floor, Math.ceil(row.people / row.replicas)));
}
