import { contactFacts } from '@portage/consent';
import { type Queries } from '@portage/persistence';
import { type HeldContact } from './person.js';

/**
 * When the first of the opt-in dates passes that still lie ahead, in milliseconds. The source has such dates, and until then they
 * prove nothing (invariant 4); nothing at the source changes when they pass.
 */
export function nextOptIn(contacts: readonly HeldContact[], now: number): number | null {
  const ahead = contacts
    .map(({ contact }) => contactFacts(contact))
    .filter(({ deleted }) => !deleted)
    .flatMap(({ optInAt }) => (optInAt !== null && optInAt >= now && optInAt < now + FAR_MS ? [optInAt] : []));
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** Nobody waits that long, and PostgreSQL's dates end. */
const FAR_MS = 100 * 365 * 86_400_000;

/** Makes people due of whom such a date has passed. */
export async function wakeByOptIn(queries: Queries): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people SET opt_in_at = NULL, inputs = inputs + 1, phase = 'new', due_at = now(),
       lane = CASE WHEN due_at IS NULL THEN 1 ELSE lane END
     WHERE opt_in_at <= now() AND claim IS NULL`,
  );
}
