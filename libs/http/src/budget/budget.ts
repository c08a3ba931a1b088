import { type Queries } from '@portage/persistence';
import { PortageError, sleep } from '@portage/platform';

/** A vendor's published limits for one key, already scaled. Zero or undefined: that window is not limited. */
export interface Quota {
  readonly perSecond?: number;
  readonly perMinute?: number;
  /** Counted per day in UTC. */
  readonly perDay?: number;
}

/**
 * The vendors' quotas as budgets, kept in PostgreSQL so that all processes and replicas spend from the same one.
 * Invariant 9: a request is paced before it is sent; being told no by the vendor is an event, not a method.
 *
 * Grants are spaced evenly over the second (no burst, so that no sliding window holds more than the limit) and counted per
 * second over the last minute. A grant is stamped when it is given, never promised ahead: a stalled process cannot bunch. One that
 * is asked for some milliseconds late puts off nobody.
 */
export class Budget {
  constructor(private readonly queries: Queries) {}

  /**
   * Waits until one request under `key` may be sent.
   *
   * @param key  for example `constant-contact:<client id>` or `klaviyo:<account>:<endpoint>`
   * @param reserve  share of the day (0 to 1) that this caller must leave to more important work
   * @throws PortageError `budget.day_spent` (throttle) with `retryAfterMs` until the reset
   */
  async take(key: string, quota: Quota, options: { signal?: AbortSignal; reserve?: number } = {}): Promise<void> {
    if (!quota.perSecond && !quota.perMinute && !quota.perDay) return;
    const spacingMs = quota.perSecond ? (1000 / quota.perSecond) * spacing : 0;
    const perDay = quota.perDay ? Math.floor(quota.perDay * (1 - (options.reserve ?? 0))) : 0;
    for (;;) {
      options.signal?.throwIfAborted();
      const askedAt = performance.now();
      const [row] = await this.queries.query<{ wait_ms: number }>('SELECT budget.take($1, $2, $3, $4) AS wait_ms', [
        key,
        spacingMs,
        quota.perMinute ? Math.max(1, Math.floor(quota.perMinute)) : 0,
        perDay,
      ]);
      const waitMs = Number(row?.wait_ms ?? 0);
      if (waitMs === 0) {
        if (spacingMs > SPARSE_MS && performance.now() - askedAt > LATE_MS)
          await this.queries.query('SELECT budget.leave_late($1)', [key]);
        return;
      }
      if (waitMs < 0) throw daySpent(key);
      await sleep(waitMs, options.signal);
    }
  }

  /** The vendor said no: nobody sends under `key` before `ms` have passed. Told so again, requests keep more distance for a while. */
  async hold(key: string, ms: number): Promise<void> {
    await this.queries.query('SELECT budget.hold($1, $2)', [key, Math.ceil(ms)]);
  }

  /** The vendor says that the day is spent, whatever we counted. */
  async spendDay(key: string): Promise<void> {
    await this.queries.query('SELECT budget.spend_day($1)', [key]);
  }

  /** The vendor's answers name these limits; a window that is left out stays as known. */
  async learn(key: string, { perSecond, perMinute, perDay }: Quota): Promise<void> {
    await this.queries.query('SELECT budget.learn($1, $2, $3, $4)', [
      key,
      perSecond ?? null,
      perMinute ?? null,
      perDay ?? null,
    ]);
  }

  /** Limits that any process has learned. */
  async learned(key: string): Promise<Quota> {
    const [row] = await this.queries.query<Record<'per_second' | 'per_minute' | 'per_day', number | null>>(
      'SELECT * FROM budget.learned($1)',
      [key],
    );
    return {
      ...(row?.per_second ? { perSecond: row.per_second } : {}),
      ...(row?.per_minute ? { perMinute: row.per_minute } : {}),
      ...(row?.per_day ? { perDay: row.per_day } : {}),
    };
  }

  /** Requests counted today (UTC). */
  async usedToday(key: string): Promise<number> {
    const [row] = await this.queries.query<{ used: number }>('SELECT budget.used_today($1) AS used', [key]);
    return Number(row?.used ?? 0);
  }
}

/** Two percent slower than the limit, so that network jitter between two grants never makes five of four. */
const spacing = 1.02;

/**
 * A process that stalls hears of its grant late, and its request would come close to the next one. Where few are granted a second, that
 * makes one too many, so the next is put off; where many are, one that is late is lost among them.
 */
const LATE_MS = 10;
const SPARSE_MS = 100;

function daySpent(key: string): PortageError {
  const now = Date.now();
  return new PortageError({
    code: 'budget.day_spent',
    disposition: 'throttle',
    message: 'The day budget of this vendor is spent; work goes on after 00:00 UTC.',
    retryAfterMs: 86_400_000 - (now % 86_400_000) + 1000,
    details: { budget: key.split(':')[0] ?? 'unknown' },
  });
}
