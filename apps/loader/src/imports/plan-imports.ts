import { type ImportRow, membershipRow, packImports } from '@portage/klaviyo';
import { type ProfileState } from '../people/person.js';

export interface WantedImport {
  readonly email: string;
  readonly mapped: ProfileState;
  /** The whole profile is to be written, not memberships alone. */
  readonly row: ImportRow | null;
  readonly lists: readonly string[];
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
 * and only the address in the others.
 */
export function planImports(wanted: readonly WantedImport[]): PlannedJob[] {
  const byList = new Map<string | null, PlannedRow[]>();
  const put = (list: string | null, row: PlannedRow) => {
    const rows = byList.get(list);
    if (rows) rows.push(row);
    else byList.set(list, [row]);
  };
  for (const { email, mapped, row, lists } of wanted) {
    const [first, ...further] = lists;
    const fingerprint = mapped.fingerprint;
    if (row !== null) put(first ?? null, { email, fingerprint, profile: mapped, row });
    else if (first !== undefined) put(first, { email, fingerprint, profile: null, row: membershipRow(email) });
    for (const list of further) put(list, { email, fingerprint, profile: null, row: membershipRow(email) });
  }
  return [...byList].flatMap(([listId, rows]) =>
    packImports(rows.map(({ row }) => row)).map((pack) => ({
      listId,
      rows: pack.map((index) => rows[index]).filter((row) => row !== undefined),
    })),
  );
}
