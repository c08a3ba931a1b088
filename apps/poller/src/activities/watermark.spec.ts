import fc from 'fast-check';
import { type TrackingRow } from '@portage/constant-contact';
import { dedupKey, type Happening } from '@portage/records';
import { beginAgain, beginWalk, takePage, type Walk, type Watermark, watermarkAfter } from './watermark.js';
import { trackingRow } from './tracking-row.fixture.js';

interface Row {
  readonly contact: string;
  /** Seconds. */
  readonly at: number;
}

function tracking({ contact, at }: Row): TrackingRow {
  return trackingRow(contact, Math.round(at * 1000));
}

function happeningOf(row: TrackingRow): Happening {
  return {
    type: 'opened',
    campaignActivityId: 'm',
    contactId: row.contact_id,
    createdAt: row.created_time,
    urlId: null,
  };
}

/** Reads a report as the poller does: newest first, in pages, down to the watermark. */
function read(report: readonly Row[], watermark: Watermark, size: number, floor = 0, begun: Walk = beginWalk) {
  const keys: string[] = [];
  let walk = begun;
  let pages = 0;
  for (let start = 0; ; start += size) {
    const rows = report.slice(start, start + size).map(tracking);
    // What the poller stores between two pages is JSON.
    const kept = JSON.parse(JSON.stringify({ walk, watermark })) as { walk: Walk; watermark: Watermark };
    const taken = takePage({ rows, ...plain }, happeningOf, kept, floor);
    keys.push(...taken.fresh.map(({ row, ordinal }) => dedupKey(happeningOf(row), ordinal)));
    walk = taken.walk;
    pages += 1;
    if (taken.reached || start + size >= report.length)
      return { keys, pages, watermark: watermarkAfter(walk, watermark) };
  }
}

/** The first pages of a read whose next link is then forgotten. */
function readPart(report: readonly Row[], watermark: Watermark, size: number, pages: number, begun: Walk) {
  const keys: string[] = [];
  let walk = begun;
  for (let page = 0; page < pages && page * size < report.length; page += 1) {
    const rows = report.slice(page * size, (page + 1) * size).map(tracking);
    const taken = takePage({ rows, ...plain }, happeningOf, { walk, watermark }, 0);
    keys.push(...taken.fresh.map(({ row, ordinal }) => dedupKey(happeningOf(row), ordinal)));
    walk = taken.walk;
    if (taken.reached) break;
  }
  return { keys, walk: beginAgain(walk) };
}

/** Of a page that shows nothing again. */
const plain = { link: null, repeated: 0, links: null } as const;

const never: Watermark = { at: null, rows: {} };

/** Moments with and without a fraction of their second. */
const halves = (seconds: number) => fc.integer({ min: 0, max: seconds * 2 }).map((half) => half / 2);

/** Time only goes on, to the second: later rows are of the newest second known, somewhere in it, or newer. */
function grown(report: readonly Row[], later: readonly Row[]): Row[] {
  const newest = Math.floor(report[0]?.at ?? 0);
  return [...later.map((row) => ({ ...row, at: row.at + newest })), ...report].sort((a, b) => b.at - a.at);
}

describe('reading down to a watermark', () => {
  it('takes each row once though the read begins again and again while rows come on top', () => {
    const row = fc.record({ contact: fc.constantFrom('p', 'q'), at: halves(4) });
    const part = fc.record({ rows: fc.array(row, { maxLength: 8 }), pages: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4 }), (parts, size) => {
        let report: Row[] = [];
        let walk = beginWalk;
        const published: string[] = [];
        for (const { rows, pages } of parts) {
          report = grown(report, rows);
          const result = readPart(report, never, size, pages, walk);
          published.push(...result.keys);
          walk = result.walk;
        }
        published.push(...read(report, never, size, 0, walk).keys);
        expect([...published].sort()).toEqual([...read(report, never, 1000).keys].sort());
      }),
    );
  });

  it('takes each row of each growth once, identical rows of one second included, whatever the page size', () => {
    const row = fc.record({ contact: fc.constantFrom('p', 'q'), at: halves(6) });
    const growths = fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(growths, fc.integer({ min: 1, max: 5 }), (parts, size) => {
        let report: Row[] = [];
        let watermark = never;
        const published: string[] = [];
        for (const part of parts) {
          report = grown(report, part);
          const result = read(report, watermark, size);
          published.push(...result.keys);
          watermark = result.watermark;
        }
        expect(published.length).toBe(report.length);
        expect(new Set(published).size).toBe(report.length);
        expect([...published].sort()).toEqual([...read(report, never, 1000).keys].sort());
      }),
    );
  });

  it('stops at the first page that goes below the watermark', () => {
    const old = Array.from({ length: 50 }, (_, n) => ({ contact: `p${n}`, at: 100 - n }));
    const { watermark } = read(old, never, 10);
    const { keys, pages } = read([{ contact: 'new', at: 120 }, ...old], watermark, 10);
    expect([keys.length, pages]).toEqual([1, 1]);
  });

  it('reads the second of the watermark again', () => {
    const { watermark } = read(
      [
        { contact: 'p', at: 100 },
        { contact: 'p', at: 99 },
      ],
      never,
      10,
    );
    const again = [
      { contact: 'p', at: 100 },
      { contact: 'q', at: 100 },
      { contact: 'p', at: 100 },
      { contact: 'p', at: 99 },
    ];
    expect(read(again, watermark, 2).keys.length).toBe(2);
  });

  it('leaves rows before the floor', () => {
    const report = [
      { contact: 'p', at: 100 },
      { contact: 'p', at: 50 },
    ];
    expect(read(report, never, 10, 60_000).keys.length).toBe(1);
  });

  it('keeps the old watermark when there is nothing', () => {
    expect(read([], { at: 5, rows: { a: 1 } }, 10).watermark).toEqual({ at: 5, rows: { a: 1 } });
  });
});
