import fc from 'fast-check';
import { KlaviyoRefusal } from '../answer/refusal.js';
import { type VendorError } from '../answer/vendor-error.js';
import { rowsUnder } from './blame.js';
import { deliver, type Delivery } from './deliver.js';

const prefix = '/data/attributes/profiles/data';
const refusal = (errors: readonly VendorError[], code = 'klaviyo.invalid') =>
  new KlaviyoRefusal({ code, disposition: 'dead-letter', message: 'refused', details: { sent: false } }, errors);
const naming = (...rows: number[]) =>
  rows.map((row) => ({
    code: 'invalid',
    pointer: `${prefix}/${row}/attributes/email`,
    detail: 'ann@portage.test is bad',
  }));

/** A vendor that takes all or nothing: refuses while any bad row is in, naming as many as `names` says. */
class Vendor {
  readonly taken: string[] = [];
  requests = 0;

  constructor(
    private readonly bad: ReadonlySet<string>,
    private readonly names: number,
  ) {}

  delivery(rows: readonly string[], more: Partial<Delivery<string, number>> = {}): Delivery<string, number> {
    return {
      rows,
      send: (sent) => {
        this.requests += 1;
        const bad = [...sent.keys()].filter((position) => this.bad.has(sent[position] ?? ''));
        if (bad.length > 0) return Promise.reject(refusal(naming(...bad.slice(0, this.names))));
        this.taken.push(...sent);
        return Promise.resolve(this.requests);
      },
      rowsNamed: (sent) => rowsUnder(prefix, sent.length),
      ...more,
    };
  }
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);

describe('deliver', () => {
  it.each([
    { rows: 10_000, bad: 0, names: 100, atMost: 1 },
    { rows: 10_000, bad: 1, names: 100, atMost: 2 },
    { rows: 10_000, bad: 10, names: 100, atMost: 2 },
    { rows: 10_000, bad: 500, names: 100, atMost: 6 },
    { rows: 10_000, bad: 500, names: 500, atMost: 2 },
    { rows: 10_000, bad: 1, names: 0, atMost: 30 },
    { rows: 10_000, bad: 10, names: 0, atMost: 300 },
  ])('$bad bad of $rows, $names named at a time: at most $atMost requests', async ({ rows, bad, names, atMost }) => {
    const all = rowsOf(rows);
    const culprits = new Set(all.filter((_, index) => bad > 0 && index % Math.floor(rows / bad) === 7).slice(0, bad));
    const vendor = new Vendor(culprits, names);
    const result = await deliver(vendor.delivery(all));
    expect(culprits.size).toBe(bad);
    expect(vendor.taken.sort()).toEqual(all.filter((row) => !culprits.has(row)).sort());
    expect(result.rejected.map(({ row }) => all[row])).toEqual(all.filter((row) => culprits.has(row)));
    expect(result.requests).toBe(vendor.requests);
    expect(result.requests).toBeLessThanOrEqual(atMost);
  });

  it('gives every row exactly one fate, whatever is bad and whatever is named', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60)),
        fc.subarray([...Array(61).keys()]),
        fc.nat(3),
        async (rows, bad, names) => {
          const vendor = new Vendor(new Set(bad.map(String)), names);
          const result = await deliver(vendor.delivery(rows.map(String)));
          const fates = [...result.accepted.flatMap((part) => part.rows), ...result.rejected.map(({ row }) => row)];
          expect(fates.sort((a, b) => a - b)).toEqual([...rows.keys()]);
          expect(new Set(vendor.taken)).toEqual(new Set(rows.filter((row) => !bad.includes(row)).map(String)));
        },
      ),
    );
  });

  it('stops trusting names after ten rounds and halves instead', async () => {
    const bad = rowsOf(40);
    const vendor = new Vendor(new Set(bad), 1);
    const result = await deliver(vendor.delivery(rowsOf(41)));
    expect(result.rejected).toHaveLength(40);
    expect(vendor.taken).toEqual(['r40']);
  });

  it('halves a request that is too large', async () => {
    const taken: string[][] = [];
    const result = await deliver<string, null>({
      rows: rowsOf(5),
      send: (sent) => {
        if (sent.length > 2) return Promise.reject(refusal([], 'klaviyo.too_large'));
        taken.push([...sent]);
        return Promise.resolve(null);
      },
      rowsNamed: () => () => [],
    });
    expect(taken).toEqual([['r0', 'r1'], ['r2'], ['r3', 'r4']]);
    expect(result.rejected).toEqual([]);
  });

  it.each([
    { pointer: '/data/relationships/lists/data/0/id', code: 'klaviyo.list_gone', disposition: 'skip' },
    { pointer: '/data/relationships/list', code: 'klaviyo.list_gone', disposition: 'skip' },
  ])('a refusal at $pointer blames no row: $code', async ({ pointer, code, disposition }) => {
    const error = refusal([{ code: 'invalid', pointer, detail: '' }]);
    const send = () => Promise.reject(error);
    const work = deliver({ rows: rowsOf(3), send, rowsNamed: (sent) => rowsUnder(prefix, sent.length) });
    await expect(work).rejects.toMatchObject({ code, disposition });
  });

  it.each([
    '/data',
    '/data/attributes/profiles/data',
    '/data/attributes/historical_import',
    `${prefix}/7000/attributes`,
  ])(
    'a refusal at %s may mean a row all the same: small batches are halved to the end, large ones until it is plain',
    async (pointer) => {
      const at = (bad: (row: string) => boolean, rows: number) => {
        const send = (sent: readonly string[]) =>
          sent.some(bad) ? Promise.reject(refusal([{ code: 'invalid', pointer, detail: '' }])) : Promise.resolve(1);
        return deliver({ rows: rowsOf(rows), send, rowsNamed: (sent) => rowsUnder(prefix, sent.length) });
      };
      const rejectedOf = async (work: ReturnType<typeof at>) => (await work).rejected.map(({ row }) => row);
      expect(await rejectedOf(at((row) => row === 'r2', 100))).toEqual([2]);
      expect(await rejectedOf(at(() => true, 100))).toHaveLength(100);
      expect(await rejectedOf(at((row) => row === 'r2' || row === 'r600', 1000))).toEqual([2, 600]);
      const refused = { code: 'klaviyo.request_refused', disposition: 'halt' };
      await expect(at(() => true, 101)).rejects.toMatchObject(refused);
    },
  );

  it('lets every other failure through, after what was accepted was handed over', async () => {
    const seen: number[][] = [];
    const outcomes = [
      () => Promise.reject(refusal([])),
      () => Promise.resolve(1),
      () => Promise.reject(new Error('down')),
    ];
    const work = deliver({
      rows: rowsOf(4),
      send: () => outcomes.shift()?.() ?? Promise.reject(new Error('too many')),
      rowsNamed: () => () => [],
      onAccepted: (part) => {
        seen.push([...part.rows]);
        return Promise.resolve();
      },
    });
    await expect(work).rejects.toThrow('down');
    expect(seen).toEqual([[0, 1]]);
  });

  it('awaits onAccepted before the next request', async () => {
    const order: string[] = [];
    const vendor = new Vendor(new Set(['r0']), 0);
    const delivery = vendor.delivery(rowsOf(4), {
      onAccepted: async (part) => {
        order.push(`begin ${part.rows.length}`);
        await Promise.resolve();
        order.push('end');
      },
    });
    await deliver(delivery);
    expect(order.join(' ')).toMatch(/^(begin \d+ end ?)+$/);
  });

  it('says where in words of ours (invariant 10)', async () => {
    const vendor = new Vendor(new Set(['r1']), 1);
    const { rejected } = await deliver(vendor.delivery(rowsOf(2)));
    expect(rejected).toEqual([
      { row: 1, code: 'klaviyo.invalid', detail: 'Klaviyo refuses this record because of its email.' },
    ]);
  });

  it('sends nothing for nothing', async () => {
    const vendor = new Vendor(new Set(), 0);
    expect(await deliver(vendor.delivery([]))).toEqual({ accepted: [], rejected: [], requests: 0 });
  });
});
