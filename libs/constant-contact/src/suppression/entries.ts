import { type SuppressionEntry } from '@portage/records';

/** Soft bounces say something only together, so they make an entry of their own beside a hard bounce's. */
export function isHard(bounceCode: string | null): boolean {
  return bounceCode === 'B' || bounceCode === 'S';
}

/** Two statements about the same address for the same reason from the same source are one entry that changes. */
function identityOf(entry: SuppressionEntry): string {
  const kind = entry.reason === 'bounced' && !isHard(entry.bounceCode) ? 'soft' : '';
  return JSON.stringify([entry.address, entry.reason, entry.source, kind]);
}

/** Replaces the entry that `entry` is about, or adds it. An entry is never dropped. */
export function withEntry(entries: readonly SuppressionEntry[], entry: SuppressionEntry): SuppressionEntry[] {
  const identity = identityOf(entry);
  const found = entries.some((known) => identityOf(known) === identity);
  return found ? entries.map((known) => (identityOf(known) === identity ? entry : known)) : [...entries, entry];
}

export function entryLike(
  entries: readonly SuppressionEntry[],
  likeness: Pick<SuppressionEntry, 'address' | 'reason' | 'source' | 'bounceCode'>,
): SuppressionEntry | undefined {
  const identity = identityOf({ ...blank, ...likeness });
  return entries.find((entry) => identityOf(entry) === identity);
}

/** Sets entries inactive that `lifted` names; those that already are keep their date. */
export function lift(
  entries: readonly SuppressionEntry[],
  liftedAt: number,
  lifted: (entry: SuppressionEntry) => boolean,
): SuppressionEntry[] {
  return entries.map((entry) => (entry.active && lifted(entry) ? { ...entry, active: false, liftedAt } : entry));
}

export const blank: SuppressionEntry = {
  address: '',
  active: true,
  reason: 'unknown',
  source: 'unknown',
  occurredAt: null,
  liftedAt: null,
  campaignActivityId: null,
  bounceCode: null,
};

/** An opt-in counts with a date, and not before that date has come. */
export function usableOptIn(optInAt: number | null, now: number): number | null {
  return optInAt !== null && optInAt <= now ? optInAt : null;
}
