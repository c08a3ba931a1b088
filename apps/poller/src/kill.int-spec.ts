import fc from 'fast-check';
import { generateAccount } from '@portage/simulators';
import { seed, size, timeoutMs } from '../../../test/e2e/sizes.js';
import { PollerHarness } from '../../../test/poller/harness.js';
import { PollerProcess } from '../../../test/poller/poller-process.js';
import { readTopic } from '../../../test/poller/topics.js';
import { contactsOf, plainOf } from '../../../test/poller/truth.js';

const KILLS = size(3, 50);
const CONTACTS = size(1800, 20_000);
/** So slow that a life ends after about one page. */
const PAGE_MS = 250;

describe('a snapshot whose poller is killed', () => {
  let harness: PollerHarness;

  afterAll(() => harness.stop());

  it(
    'invariant 1: is resumed and ends complete, and at most one page a kill is read again',
    async () => {
      const account = generateAccount({ seed: seed + 90, contacts: CONTACTS, lists: 6, campaigns: 1 });
      harness = await PollerHarness.start(account, { LEASE_SECONDS: '3' });
      const pages = (): number => harness.simulator.counts()['GET /v3/contacts']?.requests ?? 0;
      const slow = { kind: 'slow', delayMs: PAGE_MS, endpoint: 'GET /v3/contacts' } as const;
      harness.simulator.fault(slow);
      const moments = fc.sample(fc.integer({ min: 0, max: 2 * PAGE_MS }), { numRuns: KILLS, seed });
      for (const afterMs of moments) {
        const victim = new PollerProcess(harness.env);
        for (const before = pages(); pages() === before;) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await victim.kill();
      }
      harness.simulator.clearFaults();
      const run = await harness.finished(await harness.replica('survivor'));
      expect([run.state, run.reason, run.first]).toEqual(['done', null, true]);
      const records = await readTopic(harness.kafka, 'contacts');
      expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
      expect(new Map(records.map(({ value }) => [value.contactId, plainOf(value)]))).toEqual(contactsOf(account));
      // Every page once, the two filters of what changed meanwhile, and what the killed had asked for.
      const least = Math.ceil(contactsOf(account).size / 500) + 2;
      expect(pages()).toBeGreaterThanOrEqual(least);
      expect(pages()).toBeLessThanOrEqual(least + KILLS);
    },
    timeoutMs,
  );
});
