import { columns, type Queries } from '@portage/persistence';
import { type Stream } from '@portage/records';
import { recordOutcomes } from '../metrics.js';

export type OutcomeWord = 'delivered' | 'unchanged' | 'skipped' | 'rejected' | 'parked';

export interface RecordOutcome {
  readonly stream: Stream;
  readonly key: string;
  readonly version: number;
  readonly outcome: OutcomeWord;
  readonly reason: string | null;
}

/** Stores the fate of records. Of a record that was superseded meanwhile nothing is stored: the newer one has its own fate. */
export async function decideRecords(
  queries: Queries,
  target: string,
  outcomes: readonly RecordOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await queries.execute(
    `UPDATE ledger.records r SET outcome = o.outcome, reason = o.reason, decided_at = now()
     FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[]) AS o (stream, key, version, outcome, reason)
     WHERE r.target = $1 AND r.stream = o.stream AND r.key = o.key AND r.version = o.version
       AND (r.outcome IS NULL OR r.outcome = 'parked')`,
    [target, ...columns(outcomes, ['stream', 'key', 'version', 'outcome', 'reason'])],
  );
  for (const { stream, outcome } of outcomes) recordOutcomes.labels(stream, outcome).inc();
}

/** Why a record is parked whose people Klaviyo does not know: their opt-outs were sent, and nobody else waits for the effect. */
export const OPT_OUT_AWAITED = 'opt_out_awaited';

/** Parks suppression records of which no opt-out is outstanding but those of people whom Klaviyo does not know. */
export async function parkSuppressions(queries: Queries, target: string, emails: readonly string[]): Promise<void> {
  await queries.execute(
    `UPDATE ledger.records r SET outcome = 'parked', reason = $3, decided_at = now()
     WHERE target = $1 AND stream = 'suppressions' AND (outcome IS NULL OR outcome = 'parked') AND reason IS DISTINCT FROM $3
       AND key IN (SELECT key FROM ledger.suppressions WHERE target = $1 AND address = ANY($2::text[]))
       AND NOT EXISTS (
         SELECT FROM ledger.suppressions s LEFT JOIN ledger.people p ON p.target = s.target AND p.email = s.address
         WHERE s.target = r.target AND s.key = r.key AND s.active
           AND (p.email IS NULL OR p.exposed AND p.phase <> 'absent'))`,
    [target, emails, OPT_OUT_AWAITED],
  );
}

/**
 * Gives suppression records their outcome once the opt-outs at all their addresses are known to be in effect (invariant 7).
 *
 * Two people of one record may be settled by two processes at once: the record's row is locked first, and only the next
 * statement looks at the people, so that the second one sees what the first has stored.
 */
export async function settleSuppressions(queries: Queries, target: string, emails: readonly string[]): Promise<void> {
  const open = await queries.query<{ key: string }>(
    `SELECT key FROM ledger.records
     WHERE target = $1 AND stream = 'suppressions' AND (outcome IS NULL OR outcome = 'parked')
       AND key IN (SELECT key FROM ledger.suppressions WHERE target = $1 AND address = ANY($2::text[]))
     ORDER BY key FOR UPDATE`,
    [target, emails],
  );
  if (open.length === 0) return;
  await queries.execute(
    `WITH fate AS (
       SELECT s.key,
         bool_or(p.email IS NULL OR p.exposed) AS exposed,
         bool_or(p.opt_out->>'sentAt' IS NOT NULL) AS written,
         bool_or(p.opt_out IS NOT NULL) AS held,
         max(p.rejected->>'code') FILTER (WHERE p.rejected->>'fingerprint' = 'address') AS code,
         max(p.skipped) AS skipped
       FROM ledger.suppressions s
       LEFT JOIN ledger.people p ON p.target = s.target AND p.email = s.address
       WHERE s.target = $1 AND s.key = ANY($2::text[]) AND s.active
       GROUP BY s.key)
     UPDATE ledger.records r SET
       outcome = CASE WHEN code IS NOT NULL THEN 'rejected' WHEN written THEN 'delivered' WHEN held THEN 'unchanged' ELSE 'skipped' END,
       reason = CASE WHEN code IS NOT NULL THEN code WHEN written OR held THEN NULL ELSE COALESCE(skipped, 'superseded') END,
       decided_at = now()
     FROM fate
     WHERE r.target = $1 AND r.stream = 'suppressions' AND r.key = fate.key AND NOT fate.exposed`,
    [target, open.map(({ key }) => key)],
  );
}
