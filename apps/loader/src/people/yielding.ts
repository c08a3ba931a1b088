import { type Queries } from '@portage/persistence';
import { type Target } from '../targets/target.js';
import { decideInputs, readInputs } from './inputs.js';
import { readStates } from './people.repository.js';
import { type PersonState } from './person.js';
import { mayTakeOver } from './rename-step.js';

/**
 * Of addresses that a contact left: those whose profile the contact may still take along to its new address. Their own suppression
 * waits for that, because a suppression would go along, too; an hour at most, and not if the contact may not be mailed anyway.
 */
export async function readYielding(
  queries: Queries,
  target: Target,
  addresses: readonly string[],
  now: number,
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const moves = await queries.query<{ left: string; email: string; recent: boolean }>(
    `SELECT f.email AS left, r.email, f.left_at > now() - $3 * interval '1 millisecond' AS recent
     FROM ledger.former_addresses f
     JOIN ledger.records r ON r.target = f.target AND r.stream = 'contacts' AND r.key = f.key
     WHERE f.target = $1 AND f.email = ANY($2::text[]) AND r.email IS NOT NULL`,
    [target.id, addresses, MOST_MS],
  );
  const emails = [...new Set(moves.map(({ email }) => email))];
  if (emails.length === 0) return new Set();
  const states = await readStates(queries, target.id, emails);
  const pending = new Set(
    moves.filter(({ left, email }) => isUnderWay(states.get(email), left)).map(({ left }) => left),
  );
  const open = moves.filter(({ email, recent }) => recent && isOpen(states.get(email)));
  const inputsOf = await readInputs(
    queries,
    target.id,
    open.map(({ email }) => email),
  );
  const heirs = open.filter(({ email }) => {
    const { kind } = decideInputs(inputsOf(email), (id) => target.connection(id), false, now);
    return kind === 'subscribed' || kind === 'no_consent';
  });
  return new Set([...pending, ...heirs.map(({ left }) => left)]);
}

const MOST_MS = 3_600_000;

function isOpen(state: PersonState | undefined): boolean {
  return state !== undefined && mayTakeOver(state);
}

function isUnderWay(state: PersonState | undefined, left: string): boolean {
  const rename = state?.rename;
  return rename != null && rename.refused === null && rename.from === left;
}
