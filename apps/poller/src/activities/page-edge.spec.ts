import fc from 'fast-check';
import { type TrackingRow } from '@portage/constant-contact';
import { dedupKey, type Happening } from '@portage/records';
import { repeatedRows } from './page-edge.js';
import { beginAgain, beginWalk, takePage, type Walk, type Watermark, watermarkAfter } from './watermark.js';
import { trackingRow } from './tracking-row.fixture.js';

const SIZE = 4;

interface Row {
  readonly contact: string;
  /** Seconds. */
  readonly at: number;
}

/** A report of which more rows come on top: before each page, or before every call. */
class Report {
  calls = 0;

  constructor(
    private rows: readonly Row[],
    private readonly links: 'placed' | 'counted',
    private readonly arrivals: Row[][],
    private readonly when: 'between pages' | 'at any time',
  ) {}

  get length(): number {
    return this.rows.length;
  }

  page(link: string | null, isRepetition = false): { rows: TrackingRow[]; next: string | null } {
    this.calls += 1;
    if (!isRepetition || this.when === 'at any time') this.grow();
    const { length } = this.rows;
    const from = link === null ? 0 : this.links === 'counted' ? Number(link) : length - Number(link);
    const end = from + SIZE;
    const next = end >= length ? null : String(this.links === 'counted' ? end : length - end);
    return { rows: this.rows.slice(from, end).map(tracking), next };
  }

  grow(): void {
    this.rows = [...(this.arrivals.shift() ?? []), ...this.rows];
  }
}

function tracking({ contact, at }: Row): TrackingRow {
  return trackingRow(contact, at * 1000);
}

function happeningOf({ contact_id: contactId, created_time: createdAt }: TrackingRow): Happening {
  return { type: 'clicked', campaignActivityId: 'm', contactId, createdAt, urlId: null };
}

/** Reads as the poller does. */
async function read(report: Report, watermark: Watermark): Promise<{ keys: string[]; watermark: Watermark }> {
  const keys: string[] = [];
  let walk: Walk = beginWalk;
  for (;;) {
    const { rows, next } = report.page(walk.next);
    const again = (link: string | null) => Promise.resolve(report.page(link, true).rows);
    const repeated = await repeatedRows(rows, walk, { first: () => again(null), at: again });
    if (repeated === 'unclear') {
      walk = beginAgain(walk);
      continue;
    }
    const taken = takePage({ rows, link: walk.next, ...repeated }, happeningOf, { walk, watermark }, 0);
    keys.push(...taken.fresh.map(({ row, ordinal }) => dedupKey(happeningOf(row), ordinal)));
    walk = { ...taken.walk, next };
    if (taken.reached || next === null) return { keys, watermark: watermarkAfter(walk, watermark) };
  }
}

const never: Watermark = { at: null, rows: {} };
const seconds = (from: number, to: number) =>
  fc.array(fc.record({ contact: fc.constantFrom('p', 'q'), at: fc.integer({ min: from, max: to }) }), {
    maxLength: 12,
  });
/** No page is nothing but one row over and over. */
const mixed = (rows: readonly Row[]) =>
  rows.filter((row, at) => rows.slice(0, at).filter((one) => nameOf(one) === nameOf(row)).length < SIZE - 1);
const nameOf = ({ contact, at }: Row) => `${contact} ${at}`;
const newestFirst = (rows: readonly Row[]) => [...rows].sort((a, b) => b.at - a.at);

describe('rows at the edge of a page, identical ones included, while others come on top', () => {
  it.each([
    ['placed', 'at any time'],
    ['counted', 'between pages'],
  ] as const)('are each taken once where links are %s and rows come %s', async (links, when) => {
    const arrivals = fc.array(fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(seconds(0, 3), arrivals, async (old, batches) => {
        const later = batches.map((batch, at) => batch.map((contact) => ({ contact, at: 10 + at })));
        const report = new Report(newestFirst(mixed(old)), links, later, when);
        const first = await read(report, never);
        while (later.length > 0) report.grow();
        const second = await read(report, first.watermark);
        const keys = [...first.keys, ...second.keys];
        expect([keys.length, new Set(keys).size]).toEqual([report.length, report.length]);
      }),
      { numRuns: 1000 },
    );
  });

  it('cost no call where nothing looks the same, and one where nothing has come on top', async () => {
    const different = Array.from({ length: 9 }, (_, at) => ({ contact: 'p', at: 9 - at }));
    const plain = new Report(different, 'placed', [], 'at any time');
    await read(plain, never);
    expect(plain.calls).toBe(3);
    const equal = new Report([...different.slice(0, 4), ...different.slice(3, 5)], 'placed', [], 'at any time');
    await read(equal, never);
    expect(equal.calls).toBe(3);
  });
});
