import { type Queries } from '@portage/persistence';
import { type Contact, type Meta } from '@portage/records';
import { type Target } from '../targets/target.js';
import { decideInputs, readInputs } from './inputs.js';
import { readStates } from './people.repository.js';
import { type PersonState } from './person.js';
import { mayTakeOver } from './rename-step.js';

/**
 * Of addresses that a contact left: those whose own suppression waits, an hour at most, and not if the contact may not be mailed anyway.
 * It does while the contact may still take the profile along to its new address, because a suppression would go along, too; and until
 * the pass is over that saw the contact leave, because another contact may have got the address in it, whom the suppression would
 * keep from being mailed for good.
 */
export async function readYielding(
  queries: Queries,
  target: Target,
  addresses: readonly string[],
  isComplete: (meta: Meta) => boolean,
  now: number,
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const moves = await queries.query<{ left: string; email: string; value: string | null; recent: boolean }>(
    `SELECT f.email AS left, r.email, r.value, f.left_at > now() - $3 * interval '1 millisecond' AS recent
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
  const isSeen = (value: string | null) => value === null || isComplete((JSON.parse(value) as Contact).meta);
  const open = moves.filter(({ email, value, recent }) => recent && (isOpen(states.get(email)) || !isSeen(value)));
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
