import fc from 'fast-check';
import { type EventRow } from '../mapping/event.js';
import { maxima } from '../maxima.js';
import { groupEvents } from '../operations/event-request.js';
import { importRequest } from '../operations/import-request.js';
import { anyOf, canBeAsked, filterChunks } from '../filter.js';
import { pack } from './pack.js';
import { packEmails, packEvents, packImports, packSubscriptions } from './packers.js';

describe('pack', () => {
  it('keeps every item once, in order, within both limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50)),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 60 }),
        (sizes, count, bytes) => {
          const packs = pack(sizes, { count, bytes }, (size) => size);
          expect(packs.flat()).toEqual([...sizes.keys()]);
          for (const indices of packs) {
            expect(indices.length).toBeLessThanOrEqual(count);
            const total = indices.reduce((sum, index) => sum + (sizes[index] ?? 0), 0);
            expect(indices.length === 1 || total <= bytes).toBe(true);
          }
        },
      ),
    );
  });
});

describe('packers', () => {
  const person = (index: number, text = '') => ({
    attributes: { email: `p${index}@portage.test`, properties: { text } },
  });

  it('cuts imports by count and by the bytes of the request', () => {
    expect(packImports(Array.from({ length: 20_001 }, (_, index) => person(index))).map((each) => each.length)).toEqual(
      [10_000, 10_000, 1],
    );
    const rows = Array.from({ length: 100 }, (_, index) => person(index, 'ü'.repeat(45_000)));
    const packs = packImports(rows);
    expect(packs.flat()).toEqual([...rows.keys()]);
    for (const indices of packs) {
      const body = JSON.stringify(
        importRequest(
          indices.map((index) => rows[index] ?? person(0)),
          'LIST',
        ),
      );
      expect(Buffer.byteLength(body)).toBeLessThan(5_000_000);
    }
    expect(packs.length).toBeLessThanOrEqual(3);
  });

  it('never puts an address twice into one job', () => {
    expect(packImports([person(1), person(2), person(1), person(3), person(1)])).toEqual([[0, 1, 3], [2], [4]]);
  });

  it('cuts events by count and by bytes', () => {
    const event = (index: number, subject: string): EventRow => ({
      email: `p${index % 40}@portage.test`,
      metric: 'Opened Email (Constant Contact)',
      time: '2026-01-01T00:00:00.000Z',
      uniqueId: String(index),
      properties: { Subject: subject },
    });
    const small = Array.from({ length: 2500 }, (_, index) => event(index, 'x'));
    expect(packEvents(small).map((each) => each.length)).toEqual([1000, 1000, 500]);
    const large = Array.from({ length: 100 }, (_, index) => event(index, '€'.repeat(30_000)));
    for (const indices of packEvents(large)) {
      const { request } = groupEvents(indices.map((index) => large[index] ?? event(0, '')));
      expect(Buffer.byteLength(JSON.stringify(request))).toBeLessThan(5_000_000);
    }
  });

  it('cuts addresses and subscriptions by count', () => {
    const emails = Array.from({ length: 1001 }, (_, index) => `p${index}@portage.test`);
    expect(packEmails(emails)).toHaveLength(11);
    expect(packSubscriptions(emails)).toHaveLength(2);
  });
});

describe('filters', () => {
  it.each(['News', 'News, (weekly) [a]', "Ann's", 'ä'])('may ask for %s', (value) => {
    expect(canBeAsked(value)).toBe(true);
  });

  it.each(['"News"', 'a\\b', 'a\nb'])('may not ask for %j', (value) => expect(canBeAsked(value)).toBe(false));
});

describe('filterChunks', () => {
  it('bounds number and length, and loses nobody', () => {
    const address = fc.string({ minLength: 1, maxLength: 100, unit: fc.constantFrom('a', '+', '%', '"', 'é', '@') });
    fc.assert(
      fc.property(fc.array(address, { maxLength: 300 }), (values) => {
        const chunks = filterChunks(values, 100);
        expect(chunks.flat()).toEqual(values);
        for (const chunk of chunks) {
          expect(chunk.length).toBeLessThanOrEqual(100);
          expect(encodeURIComponent(anyOf('email', chunk)).length).toBeLessThan(maxima.url);
        }
      }),
      { numRuns: 50 },
    );
  });
});
