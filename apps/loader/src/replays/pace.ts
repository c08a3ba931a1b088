import { Budget, type Quota } from '@portage/http';
import { type Endpoint, limits, maxima } from '@portage/klaviyo';
import { type Queries } from '@portage/persistence';

/**
 * A replay's share of the target's limits. What it takes in causes requests that others send, so it is paced by what goes in:
 * people by the reads that each of them costs, activities by the requests that carry them. All replays into one account share it.
 */
export class Pace {
  readonly #budget: Budget;

  constructor(
    queries: Queries,
    private readonly accountId: string,
    private readonly share: number,
    private readonly limitScale: number,
  ) {
    this.#budget = new Budget(queries);
  }

  /** Waits until so many people may be taken in. */
  async people(count: number, signal: AbortSignal): Promise<void> {
    const perRequest = maxima.readPeople / READS_A_PERSON;
    await this.#take('people', 'GET /api/profiles', Math.ceil(count / perRequest), signal);
  }

  async activities(count: number, signal: AbortSignal): Promise<void> {
    await this.#take('activities', 'POST /api/event-bulk-create-jobs', Math.ceil(count / maxima.events), signal);
  }

  async #take(what: string, endpoint: Endpoint, requests: number, signal: AbortSignal): Promise<void> {
    if (this.share >= 1 || this.limitScale === 0) return;
    const perMinute = Math.max(1, limits[endpoint].steady * this.limitScale * this.share);
    const quota: Quota = { perMinute, perSecond: Math.max(1, perMinute / 30) };
    for (let n = 0; n < requests; n += 1) {
      await this.#budget.take(`klaviyo:${this.accountId}:replay ${what}`, quota, { signal });
    }
  }
}

/** Before a subscription and after it, for an opt-out likewise, and one for the phone number. */
const READS_A_PERSON = 3;
