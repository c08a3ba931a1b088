import { type ImportError } from '@portage/klaviyo';
import { type JobRow } from './jobs.repository.js';

export interface RejectedRows {
  readonly rejected: readonly { readonly row: number; readonly code: string }[];
  /** Failures that the job counts and no error explains. */
  readonly unexplained: number;
}

/** Finds the rows that a job's errors are about: by the address that is echoed, else by the pointer. */
export function rejectedRows(errors: readonly ImportError[], rows: readonly JobRow[], failed: number): RejectedRows {
  const byEmail = new Map(rows.map(({ email, row }) => [email, row]));
  const known = new Set(rows.map(({ row }) => row));
  const codes = new Map<number, string>();
  for (const error of errors) {
    const row = (error.email === null ? undefined : byEmail.get(error.email)) ?? error.row;
    if (row !== null && row !== undefined && known.has(row)) codes.set(row, `klaviyo.${error.code}`);
  }
  const rejected = [...codes].map(([row, code]) => ({ row, code }));
  return { rejected, unexplained: Math.max(0, failed - rejected.length) };
}
