import { type CampaignActivity } from '../account/campaign.js';
import { type BounceCode, type Device, ROW_TYPES, type RowType } from '../account/row-codes.js';
import { bounceCodeOf, deviceOf, type TrackingRows } from '../account/tracking-rows.js';

/** Counts of one activity up to the moment of the last refresh. */
export interface ActivityCounts {
  readonly all: Record<RowType, number>;
  /** Different contacts. */
  readonly unique: Record<RowType, number>;
  readonly notOpened: number;
  readonly opensBy: Record<Device, number>;
  readonly clicksBy: Record<Device, number>;
  readonly bouncesBy: Record<BounceCode, number>;
  readonly abuse: number;
}

/** Statistics are refreshed every `lag` milliseconds and trail the rows until then. */
export class Statistics {
  private readonly cache = new Map<CampaignActivity, { key: string; counts: ActivityCounts }>();

  constructor(private readonly lag: number) {}

  refreshedAt(now: number): number {
    return this.lag <= 0 ? now : Math.floor(now / this.lag) * this.lag;
  }

  of(activity: CampaignActivity, now: number): ActivityCounts {
    const until = Math.floor(this.refreshedAt(now) / 1000);
    const key = `${until}:${ROW_TYPES.map((type) => activity.rows[type].length).join(':')}`;
    const known = this.cache.get(activity);
    if (known?.key === key) return known.counts;
    const counts = count(activity, until);
    this.cache.set(activity, { key, counts });
    return counts;
  }
}

function count(activity: CampaignActivity, until: number): ActivityCounts {
  const { rows } = activity;
  const all = perType((type) => upTo(rows[type], until));
  const people = perType((type) => new Set(rows[type].contact.subarray(0, all[type])));
  const unmoved = [...people.sends].filter((one) => !people.opens.has(one) && !people.bounces.has(one));
  return {
    all,
    unique: perType((type) => people[type].size),
    notOpened: unmoved.length,
    opensBy: tally(rows.opens, all.opens, deviceOf),
    clicksBy: tally(rows.clicks, all.clicks, deviceOf),
    bouncesBy: tally(rows.bounces, all.bounces, bounceCodeOf),
    abuse: activity.abuse,
  };
}

function upTo(rows: TrackingRows, until: number): number {
  let length = rows.length;
  while (length > 0 && (rows.second[length - 1] as number) > until) length -= 1;
  return length;
}

function tally<T extends string>(rows: TrackingRows, length: number, nameOf: (detail: number) => T): Record<T, number> {
  const counts: Partial<Record<T, number>> = {};
  for (let at = 0; at < length; at += 1) {
    const name = nameOf(rows.detail[at] as number);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts as Record<T, number>;
}

function perType<T>(valueOf: (type: RowType) => T): Record<RowType, T> {
  return Object.fromEntries(ROW_TYPES.map((type) => [type, valueOf(type)])) as Record<RowType, T>;
}
