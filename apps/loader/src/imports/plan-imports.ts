import { type ImportRow, membershipRow, packImports } from '@portage/klaviyo';
import { slices } from '../parallel.js';
import { type ProfileState } from '../people/person.js';

export interface WantedImport {
  readonly email: string;
  readonly mapped: ProfileState;
  /** The whole profile is to be written, not memberships alone. */
  readonly row: ImportRow | null;
  readonly lists: readonly string[];
  /** Imports in a row that failed in part without saying for whom. */
  readonly unexplained: number;
}

interface PlannedRow {
  readonly email: string;
  readonly fingerprint: string;
  /** What this row writes besides the membership. */
  readonly profile: ProfileState | null;
  readonly row: ImportRow;
}

export interface PlannedJob {
  readonly listId: string | null;
  readonly rows: readonly PlannedRow[];
}

/**
 * Import jobs for a round of people: one list a job, each address once a job, the whole profile in the first job of a person
 * and only the address in the others. Whoever was in jobs that failed without a name goes into ever smaller ones, until the one
 * who is meant is alone.
 */
export function planImports(wanted: readonly WantedImport[]): PlannedJob[] {
  const groups = new Map<
    string,
    { readonly listId: string | null; readonly most: number; readonly rows: PlannedRow[] }
  >();
  for (const { email, mapped, row, lists, unexplained } of wanted) {
    const most = mostRows(unexplained);
    const put = (listId: string | null, planned: PlannedRow) => {
      const key = `${most} ${listId ?? ''}`;
      const group = groups.get(key);
      if (group) group.rows.push(planned);
      else groups.set(key, { listId, most, rows: [planned] });
    };
    const [first, ...further] = lists;
    const fingerprint = mapped.fingerprint;
    if (row !== null) put(first ?? null, { email, fingerprint, profile: mapped, row });
    else if (first !== undefined) put(first, { email, fingerprint, profile: null, row: membershipRow(email) });
    for (const list of further) put(list, { email, fingerprint, profile: null, row: membershipRow(email) });
  }
  return [...groups.values()].flatMap(({ listId, most, rows }) =>
    packImports(rows.map(({ row }) => row))
      .flatMap((pack) => slices(pack, most))
      .map((pack) => ({ listId, rows: pack.map((index) => rows[index]).filter((row) => row !== undefined) })),
  );
}

/** Ends with everybody alone after `MOST_UNEXPLAINED` jobs. */
function mostRows(unexplained: number): number {
  return Math.max(1, 10 ** (MOST_UNEXPLAINED - unexplained));
}

/** So often somebody is sent again of whom it is not known that the import failed. */
export const MOST_UNEXPLAINED = 4;
