import { type Contact, normaliseEmail, secondOf, type SuppressionEntry } from '@portage/records';
import { blank, entryLike, isHard, usableOptIn, withEntry } from './entries.js';

/** A bounce or opt-out row, reduced to what decides. */
export interface Trouble {
  readonly report: 'bounces' | 'optouts';
  /** Normalised address that it happened to, or as written where nobody can have it; null when the row names none. */
  readonly address: string | null;
  readonly at: number;
  readonly campaignId: string;
  readonly activityId: string;
  readonly bounceCode: string | null;
}

/** An open or a click, or a send that did not bounce. */
export interface Sign {
  readonly at: number;
}

export interface Evidence {
  readonly troubles: readonly Trouble[];
  readonly signs: readonly Sign[];
}

/** The contact as last seen; null when the source no longer knows it (its rows stay). */
export type Subject = Pick<Contact, 'email' | 'optInAt' | 'permission'> | null;

/** As many different campaigns must bounce softly, with no sign of life in between. */
const SOFT_CAMPAIGNS = 3;

/**
 * Pure: the contact's entries after its report rows were weighed.
 *
 * - Codes B (no such address) and S (suspended) suppress the address they happened to, while it is the contact's, until a
 *   later sign of life.
 * - D, F, X, Z (and letters that nobody documented) do so only after three different campaigns without a sign of life in
 *   between; one sign ends it. V is a delivered mail and counts for nothing.
 * - An opt-out row newer than the contact's explicit opt-in is an opt-out, whatever the permission reads; a row at a former
 *   address is one for that address only. No opt-in date, or one in the future, counts as none: then any row counts.
 *
 * Entries appear when their reason holds, and become inactive, never absent, when it no longer does.
 */
export function entriesOfReports(
  subject: Subject,
  entries: readonly SuppressionEntry[],
  evidence: Evidence,
  now: number,
): SuppressionEntry[] {
  const optOuts = evidence.troubles.filter((row) => row.report === 'optouts');
  const bounces = evidence.troubles.filter((row) => row.report === 'bounces' && row.bounceCode !== 'V');
  return weighBounces(subject, weighOptOuts(subject, [...entries], optOuts, now), bounces, evidence.signs);
}

/** Whether the rows could suppress, so that signs of life must be known before anything is said about the contact. */
export function needsSigns(troubles: readonly Trouble[]): boolean {
  const bounces = troubles.filter((row) => row.report === 'bounces' && row.bounceCode !== 'V');
  if (bounces.some((row) => isHard(row.bounceCode))) return true;
  return new Set(bounces.map((row) => row.campaignId)).size >= SOFT_CAMPAIGNS;
}

function weighOptOuts(
  subject: Subject,
  entries: SuppressionEntry[],
  rows: readonly Trouble[],
  now: number,
): SuppressionEntry[] {
  // Only the contact's own opt-in can outweigh its opt-out; the date of an implicit permission is when the account added it.
  const optIn = subject?.permission === 'explicit' ? usableOptIn(subject.optInAt, now) : null;
  for (const [address, row] of newestByAddress(rows, subject?.email ?? null)) {
    const entry = optOutEntry(address, row);
    const known = entryLike(entries, entry);
    // Invariant 3: rows are dated to the second; which of two in one second came last cannot be told, so the opt-out counts.
    const counts = optIn === null || secondOf(row.at) >= secondOf(optIn);
    // The contact says the same itself, with its own date: a second entry would add nothing.
    const saidByContact = entries.some(
      (other) =>
        other.address === address && other.reason === 'unsubscribed' && other.source !== 'report' && other.active,
    );
    if (counts && (known !== undefined || !saidByContact)) entries = withEntry(entries, entry);
  }
  return entries;
}

function newestByAddress(rows: readonly Trouble[], present: string | null): Map<string, Trouble> {
  const newest = new Map<string, Trouble>();
  for (const row of rows) {
    // A row without an address is about the contact, so about the address it has. One at an address that is nobody's says nothing.
    const address = row.address ?? present;
    if (normaliseEmail(address).ok && address !== null && row.at >= (newest.get(address)?.at ?? 0))
      newest.set(address, row);
  }
  return newest;
}

function optOutEntry(address: string, row: Trouble): SuppressionEntry {
  return {
    ...blank,
    address,
    reason: 'unsubscribed',
    source: 'report',
    occurredAt: row.at,
    campaignActivityId: row.activityId,
  };
}

function weighBounces(
  subject: Subject,
  entries: SuppressionEntry[],
  bounces: readonly Trouble[],
  signs: readonly Sign[],
): SuppressionEntry[] {
  const address = subject?.email ?? null;
  if (address === null) return entries;
  const here = bounces.filter((row) => (row.address ?? address) === address).sort((a, b) => a.at - b.at);
  const lastSign = signs.reduce((last, { at }) => Math.max(last, secondOf(at)), Number.NEGATIVE_INFINITY);
  for (const code of ['B', 'S']) {
    const row = here.findLast((bounce) => bounce.bounceCode === code);
    if (row) entries = settle(entries, bounceEntry(address, row), secondOf(row.at) >= lastSign, signs);
  }
  const soft = here.filter((row) => !isHard(row.bounceCode));
  const since = soft.filter((row) => secondOf(row.at) >= lastSign);
  const repeated = new Set(since.map((row) => row.campaignId)).size >= SOFT_CAMPAIGNS;
  const row = soft.at(-1);
  return row ? settle(entries, bounceEntry(address, row), repeated, signs) : entries;
}

/** Adds, renews or ends the entry; a reason that never held leaves no entry. */
function settle(
  entries: SuppressionEntry[],
  entry: SuppressionEntry,
  holds: boolean,
  signs: readonly Sign[],
): SuppressionEntry[] {
  const known = entryLike(entries, entry);
  if (holds) return withEntry(entries, entry);
  if (!known?.active) return entries;
  const after = signs.map(({ at }) => at).filter((at) => secondOf(at) > secondOf(known.occurredAt ?? 0));
  return after.length === 0 ? entries : withEntry(entries, { ...known, active: false, liftedAt: Math.min(...after) });
}

function bounceEntry(address: string, row: Trouble): SuppressionEntry {
  return {
    ...blank,
    address,
    reason: row.bounceCode === 'S' ? 'suspended' : 'bounced',
    source: 'report',
    occurredAt: row.at,
    campaignActivityId: row.activityId,
    bounceCode: row.bounceCode,
  };
}
