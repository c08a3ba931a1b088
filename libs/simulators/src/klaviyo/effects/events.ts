import { isTestAddress } from '../rules/email.js';
import { type Account } from '../state/account.js';
import { type Profile } from '../state/profile.js';
import { type ProfileRow } from '../state/jobs.js';
import { upsert } from './profile-write.js';
import { type EventRow, type Work } from './work.js';

/** An event makes its person exist, and so mailable; test-looking addresses were accepted and are dropped here without a word. */
export function recordEvents(account: Account, work: Work & { kind: 'events' }): void {
  for (const group of work.groups) {
    const email = group.profile.attributes['email'];
    if (typeof email === 'string' && isTestAddress(email)) continue;
    const profile = personOf(account, group.profile, work);
    if (profile === undefined) continue;
    let latest = profile.lastEvent ?? Number.NEGATIVE_INFINITY;
    for (const event of group.events) {
      record(account, profile, event, work.integration);
      latest = Math.max(latest, event.time);
    }
    if (latest === profile.lastEvent || latest === Number.NEGATIVE_INFINITY) continue;
    account.sawEvent(profile, latest);
  }
}

/** Embedded fields overwrite the profile's; a row with the e-mail alone leaves a known person as it is. */
function personOf(account: Account, row: ProfileRow, work: Work & { kind: 'events' }): Profile | undefined {
  const { email, ...others } = row.attributes;
  if (row.id === undefined && row.meta === undefined && typeof email === 'string' && isEmpty(others)) {
    const known = account.profiles.withEmail(email);
    if (known !== undefined) return known;
  }
  return upsert(account, row, work.cause).profile;
}

function record(account: Account, profile: Profile, event: EventRow, integration: string): void {
  const metric = account.metricFor(event.metric, integration);
  if (event.value !== null) metric.carriesValue = true;
  const seconds = Math.floor(event.time / 1000);
  account.addEvent({
    profile: profile.seq,
    metric: metric.index,
    time: seconds,
    uniqueId: event.uniqueId ?? String(seconds),
    properties: JSON.stringify(kept(event.properties)),
    value: event.value ?? (metric.carriesValue ? 0 : null),
    backfill: event.backfill,
  });
}

/** The vendor treats 0, null and the empty text as never set. */
function kept(properties: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key in properties) {
    const value = properties[key];
    if (value !== 0 && value !== null && value !== '') result[key] = value;
  }
  return result;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
