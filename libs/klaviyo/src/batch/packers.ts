import { type EventRow } from '../mapping/event.js';
import { eventBytes } from '../operations/event-request.js';
import { importBytes } from '../operations/import-request.js';
import { type ImportRow } from '../mapping/import-row.js';
import { maxima } from '../maxima.js';
import { pack } from './pack.js';

/**
 * Rows for import jobs. The same address twice never shares a pack: what an import job does with it is not documented.
 */
export function packImports(rows: readonly ImportRow[]): number[][] {
  return distinct(rows, (row) => row.attributes.email).flatMap((indices) =>
    pack(indices, { count: maxima.importRows, bytes: maxima.importBytes }, (index) => importBytes(at(rows, index))).map(
      (packed) => packed.map((position) => at(indices, position)),
    ),
  );
}

export function packEvents(rows: readonly EventRow[]): number[][] {
  return pack(rows, { count: maxima.events, bytes: maxima.eventBytes }, eventBytes);
}

/** For `unsubscribe` and `suppress`. */
export function packEmails(emails: readonly string[]): number[][] {
  return pack(emails, { count: maxima.unsubscribe });
}

export function packSubscriptions(rows: readonly unknown[]): number[][] {
  return pack(rows, { count: maxima.subscribe });
}

/** Rounds of indices: the n-th round holds the n-th occurrence of every key. */
function distinct<T>(rows: readonly T[], keyOf: (row: T) => string): number[][] {
  const rounds: number[][] = [];
  const seen = new Map<string, number>();
  rows.forEach((row, index) => {
    const round = seen.get(keyOf(row)) ?? 0;
    seen.set(keyOf(row), round + 1);
    (rounds[round] ??= []).push(index);
  });
  return rounds;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError('index outside of the batch');
  return item;
}
