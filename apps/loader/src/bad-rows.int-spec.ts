import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { contact, outgoing } from '../../../test/loader/records.js';
import { isLong, size } from '../../../test/e2e/sizes.js';
import { readTopic } from '../../../test/poller/topics.js';

const ROWS = size(1000, 10_000);
const IMPORTS = 'POST /api/profile-bulk-import-jobs';
/** One after the other: refused with the whole request, failed within its job, too large to be sent at all. */
const kinds = ['refused', 'failed', 'large'] as const;

describe(`${ROWS} people of whom some are bad`, () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const requests = () => harness.klaviyo.counts()[IMPORTS]?.statuses ?? {};
  const all = () =>
    Object.entries(harness.klaviyo.counts()).map(([endpoint, counts]) => [endpoint, counts.requests] as const);
  const used = (before: Readonly<Record<string, number>>, status: string) =>
    (requests()[status] ?? 0) - (before[status] ?? 0);

  beforeAll(async () => {
    // As outside of tests: whoever loses a claim in between leaves dead letters twice.
    harness = await LoaderHarness.start({ LEASE_SECONDS: '30' });
    replica = await harness.replica();
  }, 60_000);
  afterAll(() => harness.stop());

  it.each([1, 10, ROWS / 20])(
    '%d: exactly the good ones are delivered, every other one is explained',
    async (bad) => {
      const batch = `batch${bad}`;
      const kindOf = (n: number) => (n < bad ? kinds[n % kinds.length] : undefined);
      const addressOf = (n: number) => (kindOf(n) === 'refused' ? `${batch}-${n}` : `${batch}-${n}@mail.northwind.net`);
      const people = Array.from({ length: ROWS }, (_, n) =>
        contact(`${batch}-${n}`, {
          permission: 'implicit',
          email: addressOf(n),
          emailAddress: addressOf(n),
          tags: kindOf(n) === 'large' ? Array.from({ length: 1200 }, (_, tag) => `${tag}`.padEnd(100, 'x')) : [],
        }),
      );
      harness.klaviyo.trouble({
        failEmails: people.map(({ email }) => email ?? '').filter((_, n) => kindOf(n) === 'failed'),
      });
      const before = { ...requests() };
      const allBefore = new Map(all());
      const known = (await harness.progress(replica)).streams.contacts.outcomes;
      for (let from = 0; from < ROWS; from += 500) {
        await harness.publish(...people.slice(from, from + 500).map(outgoing.contact));
      }
      await harness.markAll();
      const { streams } = await harness.settled(replica);
      const { delivered, rejected } = streams.contacts.outcomes;
      const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect(delivered - known.delivered).toBe(ROWS - bad);
      expect(total(rejected) - total(known.rejected)).toBe(bad);
      const letters = (await readTopic(harness.kafka, 'dead-letters')).map(({ value }) => value);
      const here = letters.filter(({ sourceId }) => sourceId?.startsWith(`${batch}-`));
      expect(here.map(({ sourceId }) => sourceId).sort()).toEqual(
        people
          .slice(0, bad)
          .map(({ contactId }) => contactId)
          .sort(),
      );
      expect(new Set(here.map(({ code }) => code)).size).toBe(bad === 1 ? 1 : 2);
      const loaded = new Set(harness.klaviyo.state(TARGET).profiles.map(({ email }) => email));
      expect(people.filter(({ email }) => !loaded.has(email)).map(({ contactId }) => contactId)).toEqual(
        people.slice(0, bad).map(({ contactId }) => contactId),
      );
      // A request that is refused names all its bad rows, so one more carries the rest, however many there are.
      const accepted = used(before, '202');
      expect(used(before, '400')).toBeLessThanOrEqual(accepted);
      expect(accepted).toBeLessThanOrEqual(1 + Math.ceil(ROWS / 100));
      const spent = all().map(([endpoint, n]) => ({ endpoint, n: n - (allBefore.get(endpoint) ?? 0) }));
      const shown = spent.filter(({ n }) => n > 0).map(({ endpoint, n }) => `  ${n} ${endpoint}`);
      if (isLong) process.stdout.write(`${ROWS} rows, ${bad} of them bad:\n${shown.join('\n')}\n`);
    },
    size(2, 20) * 60_000,
  );
});
