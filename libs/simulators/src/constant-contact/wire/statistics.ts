import { type Device } from '../../account/row-codes.js';
import { type ActivityCounts } from '../statistics.js';

type Figures = Record<string, number>;

/** Figures under the names of the description; `dotted` gives those of several parts the names that the guide shows. */
export function statisticsJson(counts: ActivityCounts, keys: 'underscored' | 'dotted'): Figures {
  const plain = {
    em_sends: counts.unique.sends,
    em_opens: counts.unique.opens,
    em_clicks: counts.unique.clicks,
    em_forwards: counts.unique.forwards,
    em_optouts: counts.unique.optouts,
    em_bounces: counts.unique.bounces,
    em_abuse: counts.abuse,
    em_not_opened: counts.notOpened,
  };
  const parts: Figures = {
    em_opens_all: counts.all.opens,
    ...byDevice('em_opens_all', counts.opensBy),
    em_clicks_all: counts.all.clicks,
    ...byDevice('em_clicks_all', counts.clicksBy),
    em_bounces_blocked: counts.bouncesBy.Z ?? 0,
    em_bounces_mailbox_full: counts.bouncesBy.F ?? 0,
    em_bounces_nonexistent_address: counts.bouncesBy.B ?? 0,
    em_bounces_other: counts.bouncesBy.X ?? 0,
    em_bounces_suspended: counts.bouncesBy.S ?? 0,
    em_bounces_undeliverable: counts.bouncesBy.D ?? 0,
    em_bounces_vacation: counts.bouncesBy.V ?? 0,
  };
  return { ...plain, ...(keys === 'dotted' ? dotted(parts) : parts) };
}

export function sumOf(figures: readonly Figures[]): Figures {
  const sum: Figures = {};
  for (const one of figures) for (const [name, value] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

function byDevice(prefix: string, counts: Record<Device, number>): Figures {
  return {
    [`${prefix}_computer`]: counts.computer ?? 0,
    [`${prefix}_mobile`]: counts.mobile ?? 0,
    [`${prefix}_tablet`]: counts.tablet ?? 0,
    [`${prefix}_other`]: counts.other ?? 0,
    [`${prefix}_none`]: counts.none ?? 0,
  };
}

function dotted(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name
        .replace(/^(em_(?:opens|clicks))_all_?/, '$1.all.')
        .replace(/^em_bounces_/, 'em_bounces.')
        .replace(/\.$/, ''),
      value,
    ]),
  );
}
