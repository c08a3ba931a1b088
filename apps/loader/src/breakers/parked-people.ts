import { type Queries } from '@portage/persistence';

/** Makes some of the people due who wait for a parked stream. */
export async function wakeParked(queries: Queries, target: string, count: number): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people SET due_at = now() WHERE target = $1 AND email IN (
       SELECT email FROM ledger.people WHERE target = $1 AND phase = 'parked' AND due_at IS NULL AND claim IS NULL LIMIT $2)`,
    [target, count],
  );
}

/** Makes everybody due whose stream is not parked any more. Repeated: somebody may have been parked while it was released. */
export async function wakeUnparked(queries: Queries): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people p SET due_at = now() WHERE phase = 'parked' AND due_at IS NULL AND claim IS NULL
       AND NOT EXISTS (SELECT FROM ledger.breakers b WHERE b.target = p.target AND b.stream = 'contacts' AND b.opened_at IS NOT NULL)`,
  );
}
