import { type Database, type Queries } from '@portage/persistence';
import { describeError, isAbort, type Logger, PortageError, sleep } from '@portage/platform';

/** How a service stops: `soon` begins nothing new, `now` ends what is under way. */
export interface StopSignals {
  readonly soon: AbortSignal;
  readonly now: AbortSignal;
}

/** The right to work on the rows that carry its id. */
export interface Claim {
  readonly id: number;
  /** Aborts when the claim is lost or the service stops. */
  readonly signal: AbortSignal;
  /**
   * For the moment before something leaves that must not come from a holder that was replaced: a stalled process wakes up
   * before its timers do. Nothing new is begun in a service that is stopping, either.
   *
   * @throws PortageError `loader.claim_lost` (retry), or an AbortError when the service is stopping
   */
  check(): void;
}

/**
 * Expiring claims on rows of people and jobs. A row carries the id of its claim and leaves the due index while it has one;
 * ids are never used again, so storing `WHERE claim = id` is the fence. What a dead process had claimed is due again as soon
 * as anybody releases the expired claim.
 */
export class Claims {
  constructor(
    private readonly database: Database,
    private readonly owner: string,
    private readonly ttlMs: number,
    private readonly logger: Logger,
  ) {}

  /** Runs `work` under a new claim that is renewed meanwhile; what still carries it afterwards is due again. */
  async within<T>(stop: StopSignals, work: (claim: Claim) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const [row] = await this.database.query<{ id: string }>(
      `INSERT INTO ledger.claims (owner, expires_at) VALUES ($1, now() + $2 * interval '1 millisecond') RETURNING id`,
      [this.owner, this.ttlMs],
    );
    const held = new HeldClaim(Number(row?.id), startedAt + this.ttlMs, stop);
    const renewing = this.#renew(held);
    try {
      return await work(held);
    } finally {
      held.end();
      await renewing;
      await release(this.database, [held.id]);
    }
  }

  /** A claim on nothing, for as long as the service takes part: whoever shares out work counts the owners of living claims. */
  async attend(stop: StopSignals): Promise<void> {
    await this.within(stop, async ({ signal }) => {
      await sleep(MOST_MS, AbortSignal.any([stop.soon, signal])).catch(() => undefined);
    });
  }

  /** Releases what dead processes had claimed. */
  async sweep(): Promise<void> {
    const expired = await this.database.query<{ id: string }>('SELECT id FROM ledger.claims WHERE expires_at < now()');
    if (expired.length > 0) {
      await release(
        this.database,
        expired.map(({ id }) => Number(id)),
      );
    }
  }

  async #renew(held: HeldClaim): Promise<void> {
    try {
      for (;;) {
        await sleep(this.ttlMs / 3, held.ended);
        const askedAt = performance.now();
        const kept = await this.database.execute(
          `UPDATE ledger.claims SET expires_at = now() + $2 * interval '1 millisecond' WHERE id = $1 AND expires_at > now()`,
          [held.id, this.ttlMs],
        );
        if (kept === 0) return held.lose();
        held.extend(askedAt + this.ttlMs);
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.logger.warn({ err: describeError(error) }, 'a claim could not be renewed and is given up');
      held.lose();
    }
  }
}

const MOST_MS = 86_400_000;

class HeldClaim implements Claim {
  readonly signal: AbortSignal;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();

  constructor(
    readonly id: number,
    private validUntil: number,
    private readonly stop: StopSignals,
  ) {
    this.signal = AbortSignal.any([stop.now, this.#lost.signal]);
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  check(): void {
    this.stop.soon.throwIfAborted();
    if (performance.now() < this.validUntil && !this.#lost.signal.aborted) return;
    this.lose();
    throw new PortageError({
      code: 'loader.claim_lost',
      disposition: 'retry',
      message: 'This process stalled for longer than its claim lives; another one goes on with the work.',
    });
  }

  extend(validUntil: number): void {
    this.validUntil = validUntil;
  }

  lose(): void {
    this.#lost.abort();
  }

  end(): void {
    this.#ended.abort();
  }
}

async function release(database: Database, ids: readonly number[]): Promise<void> {
  await database.transaction(async (queries: Queries) => {
    await queries.execute(`UPDATE ledger.people SET claim = NULL, due_at = now() WHERE claim = ANY($1::bigint[])`, [
      ids,
    ]);
    await queries.execute(`UPDATE ledger.jobs SET claim = NULL WHERE claim = ANY($1::bigint[])`, [ids]);
    await queries.execute(`DELETE FROM ledger.claims WHERE id = ANY($1::bigint[])`, [ids]);
  });
}
