import { type Queries } from '@portage/persistence';

/**
 * Makes people due whose opt-out was seen to hold and does not any more: it is brought about anew, before anything else for them
 * (invariant 3). Somebody who is being worked on is left alone, because whoever does so stores what was known before.
 *
 * @returns the addresses that are due now
 */
export async function reassertOptOuts(
  queries: Queries,
  target: string,
  emails: readonly string[],
): Promise<Set<string>> {
  if (emails.length === 0) return new Set();
  const rows = await queries.query<{ email: string }>(
    `UPDATE ledger.people SET opt_out = opt_out || '{"sentAt": null, "heldAt": null}', exposed = true, inputs = inputs + 1,
       phase = 'opt_out', lane = 0, due_at = now()
     WHERE target = $1 AND email = ANY($2::text[]) AND claim IS NULL AND opt_out->>'heldAt' IS NOT NULL
     RETURNING email`,
    [target, emails],
  );
  return new Set(rows.map(({ email }) => email));
}
