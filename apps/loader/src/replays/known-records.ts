import { type Queries } from '@portage/persistence';
import { type Contact, type Values } from '@portage/records';
import { touchPeople } from '../intake/touch-people.js';
import { type Previous } from '../intake/records.js';
import { type KeptStream } from '../load-batch.js';
import { openGates } from '../marks/gates.js';
import { type SelectedRecord } from './replays.repository.js';

/** What a replay does with a record, seen what the ledger had under its key before. */
export type Treatment =
  /** Taken in: its fate will be told in the ledger. */
  | { readonly do: 'await' }
  /** It is in the ledger with its fate: nothing is to be done. */
  | { readonly do: 'keep'; readonly outcome: string; readonly reason: string | null }
  /** It is in the ledger with its fate, and is decided on anew: options may say something else by now. */
  | { readonly do: 'reopen' };

/**
 * A contact whose record is known is decided on anew, and costs no request where nothing changed. What was refused would be
 * refused again, and of an opt-out that was seen to hold nothing is left to decide.
 *
 * @param mayDecide  false: the source is too old to subscribe anybody, so nobody is decided on anew
 */
export function treatmentOf<S extends KeptStream>(
  stream: S,
  value: Values[S],
  previous: Previous | undefined,
  mayDecide: boolean,
): Treatment {
  const { version } = value.meta;
  if (previous === undefined || previous.version < version) return { do: 'await' };
  if (previous.version > version) return { do: 'keep', outcome: 'skipped', reason: 'superseded' };
  const { outcome, reason, email } = previous;
  if (outcome === null || outcome === 'parked') return { do: 'await' };
  if (stream === 'contacts' && mayDecide && email !== null && outcome !== 'rejected') return { do: 'reopen' };
  return { do: 'keep', outcome: outcome === 'delivered' ? 'unchanged' : outcome, reason };
}

/** Contacts whose records are known are due again, and their fate is open. */
export async function reopenKnown(
  queries: Queries,
  target: string,
  connectionId: string,
  contacts: readonly { readonly key: string; readonly value: Contact }[],
  lingerMs: number,
): Promise<void> {
  const open = (await openGates(queries)).has(connectionId);
  const touches = contacts.flatMap(({ value }) =>
    value.email === null ? [] : [{ email: value.email, connectionId, urgency: open ? 'load' : 'gate' } as const],
  );
  // People before records, as everywhere.
  await touchPeople(queries, target, touches, lingerMs);
  await queries.execute(
    `UPDATE ledger.records SET outcome = NULL, reason = NULL, decided_at = NULL
     WHERE target = $1 AND stream = 'contacts' AND key = ANY($2::text[]) AND outcome IN ('delivered', 'unchanged', 'skipped')`,
    [target, contacts.map(({ key }) => key)],
  );
}

export function selectedOf(key: string, version: number, treatment: Treatment): SelectedRecord {
  const told = treatment.do === 'keep';
  return { key, version, outcome: told ? treatment.outcome : null, reason: told ? treatment.reason : null };
}
