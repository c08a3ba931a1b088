import { createHash } from 'node:crypto';
import { type Activity } from './generated/types.js';

/** What makes two report rows the same happening, as far as the source can tell them apart. */
export type Happening = Pick<Activity, 'type' | 'campaignActivityId' | 'contactId' | 'createdAt' | 'urlId'>;

/**
 * Invariant 5: Same input, same identity. The identity of an activity, 32 hexadecimal digits; it becomes Klaviyo's
 * `unique_id`. `ordinal` tells apart rows that are equal in everything else (they may differ in device).
 */
export function dedupKey(happening: Happening, ordinal: number): string {
  return createHash('sha256')
    .update(JSON.stringify([...fieldsOf(happening), ordinal]))
    .digest('hex')
    .slice(0, 32);
}

/** How many counts are kept: rows come newest first, so equal rows are neighbours and old counts are of no more use. */
const MEMORY = 10_000;

/** The counts that the next page can continue, by happening. */
export type OrdinalState = Readonly<Record<string, number>>;

/**
 * Numbers the rows of one walk through one report that are equal as happenings: 0, 1, 2 ... in the order they come.
 * A walk that goes on after a restart starts from the `state` stored with its cursor.
 */
export class Ordinals {
  private readonly counts: Map<string, number>;
  private newest = Number.NaN;

  constructor(state: OrdinalState = {}) {
    this.counts = new Map(Object.entries(state));
  }

  next(happening: Happening): number {
    const name = JSON.stringify(fieldsOf(happening));
    const ordinal = this.counts.get(name) ?? 0;
    this.counts.delete(name);
    this.counts.set(name, ordinal + 1);
    this.newest = happening.createdAt;
    this.forget();
    return ordinal;
  }

  /** Only rows of the last seen moment can have equals on the next page. */
  state(): OrdinalState {
    const open = [...this.counts].filter(([name]) => (JSON.parse(name) as unknown[]).includes(this.newest));
    return Object.fromEntries(Number.isNaN(this.newest) ? this.counts : open);
  }

  private forget(): void {
    for (const name of this.counts.keys()) {
      if (this.counts.size <= MEMORY) return;
      this.counts.delete(name);
    }
  }
}

function fieldsOf({ type, campaignActivityId, contactId, createdAt, urlId }: Happening): readonly unknown[] {
  return [type, campaignActivityId, contactId, createdAt, urlId];
}
