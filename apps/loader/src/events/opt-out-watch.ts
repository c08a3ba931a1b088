import { maxima } from '@portage/klaviyo';
import { type Database } from '@portage/persistence';
import { inParallel, slices } from '../parallel.js';
import { FRESH_MS } from '../people/person.js';
import { reassertOptOuts } from '../people/reassert.js';
import { type Target } from '../targets/target.js';

/**
 * Keeps events away from people whose opt-out went with their profile.
 *
 * Invariant 3: an event makes whoever Klaviyo does not know, mailable. Somebody who opted out and whom the owner deleted in
 * Klaviyo is known to the ledger as opted out and to Klaviyo not at all, so whoever has an opt-out is looked for right before
 * events are sent: each once a minute at most, a hundred a request.
 */
export class OptOutWatch {
  /** When somebody was last seen to exist, oldest first. */
  readonly #seenAt = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** Those of `emails` who must not get an event now; their opt-outs are due, and the events may follow those. */
  async missing(target: Target, emails: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    this.#forget(Date.now() - FRESH_MS);
    const asked = [...new Set(emails)].filter((email) => !this.#seenAt.has(`${target.id} ${email}`));
    const missing = new Set<string>();
    await inParallel(slices(asked, maxima.readPeople), READS_AT_ONCE, async (slice) => {
      const at = Date.now();
      const found = await target.klaviyo.readPeople(slice, { signal });
      target.answered();
      for (const email of slice) {
        if (found.has(email)) this.#seenAt.set(`${target.id} ${email}`, at);
        else missing.add(email);
      }
    });
    await reassertOptOuts(this.database, target.id, [...missing]);
    return missing;
  }

  #forget(before: number): void {
    for (const [key, at] of this.#seenAt) {
      if (at > before) return;
      this.#seenAt.delete(key);
    }
  }
}

const READS_AT_ONCE = 10;
