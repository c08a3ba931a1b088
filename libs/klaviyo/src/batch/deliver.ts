import { PortageError } from '@portage/platform';
import { isRefusal, type KlaviyoRefusal } from '../answer/refusal.js';
import { type VendorError } from '../answer/vendor-error.js';
import { blame, type RowsNamed } from './blame.js';
import { listGone } from './list-gone.js';
import { type Accepted, type BatchResult, type OnAccepted, type RejectedRow } from './result.js';

export interface Delivery<Row, T> {
  readonly rows: readonly Row[];
  readonly send: (rows: readonly Row[]) => Promise<T>;
  /** Which of the rows sent an error names. */
  readonly rowsNamed: (sent: readonly Row[]) => RowsNamed;
  /** Refusals which say that the row is there already: it counts as accepted, with this answer. */
  readonly repeated?: { readonly isSaidBy: (error: VendorError) => boolean; readonly answer: T };
  readonly onAccepted?: OnAccepted<T>;
}

/** Rounds in which named rows are dropped and the rest is sent again; afterwards halves find the culprit in any case. */
const mostRounds = 10;

/** A batch up to here is halved to the end: that is cheap, and a pointer that names no row may still mean one. */
const smallBatch = 100;
/** So many rows of a larger batch, sent alone and refused at one and the same place of the request: the rows are not to blame. */
const fewRows = 3;

/**
 * Sends rows that the vendor takes all or none of, and finds the ones it would not take: rows that the refusal names are
 * dropped and the rest is sent again; when it names none the batch is halved down to the row.
 *
 * @throws PortageError `klaviyo.list_gone` (skip), `klaviyo.request_refused` (halt), or whatever `send` throws that is no
 *   refusal; parts accepted before that have been given to `onAccepted`
 */
export async function deliver<Row, T>(delivery: Delivery<Row, T>): Promise<BatchResult<T>> {
  const accepted: Accepted<T>[] = [];
  const rejected: RejectedRow[] = [];
  const take = async (done: Accepted<T>): Promise<void> => {
    await delivery.onAccepted?.(done);
    accepted.push(done);
  };
  const refusedAlone: (string | null)[] = [];
  let requests = 0;
  let rounds = 0;
  const parts: number[][] = delivery.rows.length === 0 ? [] : [[...delivery.rows.keys()]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const sent = part.map((row) => delivery.rows[row] as Row);
    try {
      requests += 1;
      await take({ rows: part, answer: await delivery.send(sent) });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const next = afterRefusal(error, part, delivery.rowsNamed(sent), rounds < mostRounds);
      if (next.named) rounds += 1;
      if (next.place !== undefined) refusedAlone.push(next.place);
      if (accepted.length === 0 && delivery.rows.length > smallBatch && isOnePlace(refusedAlone)) {
        throw requestRefused(error);
      }
      const { repeated } = delivery;
      const there = next.rejected.filter(({ error }) => error !== undefined && repeated?.isSaidBy(error) === true);
      if (repeated && there.length > 0) await take({ rows: there.map(({ row }) => row), answer: repeated.answer });
      rejected.push(
        ...next.rejected
          .filter((each) => !there.includes(each))
          .map(({ row, error: why }) => rejection(row, error, why)),
      );
      parts.push(...next.parts.reverse());
    }
  }
  return { accepted, rejected: rejected.sort((a, b) => a.row - b.row), requests };
}

interface Next {
  readonly named: boolean;
  /** Where in the request a row was refused that had been sent alone, if it was not named; null for nowhere. */
  readonly place?: string | null;
  readonly rejected: readonly { readonly row: number; readonly error: VendorError | undefined }[];
  readonly parts: number[][];
}

/** Pure: what to reject and what to send next after a part was refused. */
function afterRefusal(
  refusal: KlaviyoRefusal,
  part: readonly number[],
  rowsNamed: RowsNamed,
  trustNames: boolean,
): Next {
  const tooLarge = refusal.code === 'klaviyo.too_large';
  const blamed = tooLarge ? ({ about: 'nothing' } as const) : blame(refusal.vendorErrors, rowsNamed);
  if (blamed.about === 'list') throw listGone(refusal);
  if (blamed.about === 'rows' && trustNames) {
    const rejected = [...blamed.rows].map(([position, error]) => ({ row: part[position] ?? -1, error }));
    const rest = part.filter((_, position) => !blamed.rows.has(position));
    return { named: true, rejected, parts: rest.length > 0 ? [rest] : [] };
  }
  const [only] = part;
  if (part.length === 1 && only !== undefined) {
    const [error] = refusal.vendorErrors;
    const place = blamed.about === 'rows' ? {} : { place: error?.pointer ?? null };
    return { named: false, ...place, rejected: [{ row: only, error }], parts: [] };
  }
  const middle = Math.ceil(part.length / 2);
  return { named: false, rejected: [], parts: [part.slice(0, middle), part.slice(middle)] };
}

function isOnePlace(places: readonly (string | null)[]): boolean {
  const [first] = places;
  return places.length >= fewRows && first != null && places.every((place) => place === first);
}

function rejection(row: number, refusal: KlaviyoRefusal, error: VendorError | undefined): RejectedRow {
  return { row, code: refusal.code, detail: `Klaviyo refuses this record${placeOf(error?.pointer ?? null)}.` };
}

/** The field at the end of a pointer: property names are the owner's words and may be anything, the vendor's are not. */
function placeOf(pointer: string | null): string {
  const fields = (pointer ?? '').split('/').filter((part) => /^[a-z_]+$/.test(part));
  const at = fields.includes('properties') ? 'properties' : fields.at(-1);
  return at === undefined || ['data', 'attributes'].includes(at) ? '' : ` because of its ${at}`;
}

function requestRefused(cause: KlaviyoRefusal): PortageError {
  return new PortageError({
    code: 'klaviyo.request_refused',
    disposition: 'halt',
    message: 'Klaviyo refuses the request as a whole; no single record is to blame.',
    cause,
    details: cause.details,
  });
}
