import { isTestAddress } from '../rules/email.js';
import { type Account } from '../state/account.js';
import { type Cause } from '../state/audit.js';
import { type Profile, type SuppressionReason } from '../state/profile.js';
import { type ConsentRow, type Work } from './work.js';

/** A subscription lifts these; a bounce or an invalid address stays. */
const liftedBySubscribing: readonly SuppressionReason[] = ['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED'];

export function subscribe(account: Account, work: Work & { kind: 'subscribe' }): void {
  const list = work.list === null ? undefined : account.lists.get(work.list);
  // The list went away between acceptance and effect.
  if (work.list !== null && list === undefined) return;
  const optIn = list?.optIn ?? account.option.optIn ?? 'double_opt_in';
  // Double opt-in only mails a question: nobody answers it here, so nobody is subscribed, and without a list nobody new is even made.
  if (!work.historical && optIn === 'double_opt_in') return;
  for (const row of work.rows) {
    if (row.email === null || isTestAddress(row.email)) continue;
    const known = find(account, row);
    if (known === undefined && !work.historical && list === undefined) continue;
    const profile = known ?? create(account, row);
    profile.consent = 'SUBSCRIBED';
    profile.consentTimestamp = row.consentedAt ?? account.now();
    profile.method = 'API';
    profile.customMethodDetail = work.source;
    profile.suppressions = profile.suppressions.filter((each) => !liftedBySubscribing.includes(each.reason));
    if (list !== undefined) {
      profile.listSuppressions = profile.listSuppressions.filter((each) => each.listId !== list.id);
      account.join(list, profile);
    }
    profile.updated = account.now();
    account.saved(profile, work.cause);
  }
}

/** With a list, only those on it are taken off it; everyone else is unsubscribed globally, as without a list. */
export function unsubscribe(account: Account, work: Work & { kind: 'unsubscribe' }): void {
  const list = work.list === null ? undefined : account.lists.get(work.list);
  for (const row of work.rows) {
    const known = find(account, row);
    if (known === undefined && row.email !== null && isTestAddress(row.email)) continue;
    const profile = known ?? create(account, row);
    if (list?.members.has(profile.id) === true) {
      profile.listSuppressions.push({ listId: list.id, reason: 'UNSUBSCRIBE', timestamp: account.now() });
      account.leave(list, profile);
    } else if (profile.consent !== 'UNSUBSCRIBED' || !hasSuppression(profile, 'UNSUBSCRIBE')) {
      optOut(account, profile);
    }
    profile.updated = account.now();
    account.saved(profile, work.cause);
  }
}

/** A fresh opt-out now, also of somebody who had opted out before. Unsaved. */
export function optOut(account: Account, profile: Profile): void {
  profile.consent = 'UNSUBSCRIBED';
  profile.consentTimestamp = account.now();
  profile.suppressions = profile.suppressions.filter((each) => each.reason !== 'UNSUBSCRIBE');
  addSuppression(account, profile, 'UNSUBSCRIBE');
}

/** False if the profile had it already. Unsaved. */
export function addSuppression(account: Account, profile: Profile, reason: SuppressionReason): boolean {
  if (hasSuppression(profile, reason)) return false;
  profile.suppressions.push({ reason, timestamp: account.now() });
  return true;
}

/** False if the profile did not have it. */
export function liftSuppression(account: Account, profile: Profile, reason: SuppressionReason, cause: Cause): boolean {
  if (!hasSuppression(profile, reason)) return false;
  profile.suppressions = profile.suppressions.filter((each) => each.reason !== reason);
  account.saved(profile, cause);
  return true;
}

function hasSuppression(profile: Profile, reason: SuppressionReason): boolean {
  return profile.suppressions.some((each) => each.reason === reason);
}

function find(account: Account, row: ConsentRow): Profile | undefined {
  const byEmail = row.email === null ? undefined : account.profiles.withEmail(row.email);
  return byEmail ?? (row.email === null && row.phone !== null ? account.profiles.withPhone(row.phone) : undefined);
}

/** By e-mail alone where there is one: the phone may be somebody else's. */
function create(account: Account, row: ConsentRow): Profile {
  return account.createProfile(row.email === null ? { phone: row.phone } : { email: row.email });
}
