import { jsonBytes } from '../batch/pack.js';
import { type Requests } from '../generated/contract.js';
import { type ImportRow } from '../mapping/import-row.js';

type ImportRequest = Requests['POST /api/profile-bulk-import-jobs'];

/** Pointer under which an index names a row. */
export const importRows = '/data/attributes/profiles/data';

/** One list per job: the schema is an array and the prose says "list", so more than one is not relied on. */
export function importRequest(rows: readonly ImportRow[], listId: string | undefined): ImportRequest {
  return {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: rows.map((row) => ({ type: 'profile', ...row })) } },
      ...(listId === undefined ? {} : { relationships: { lists: { data: [{ type: 'list', id: listId }] } } }),
    },
  };
}

/** Bytes of one row in such a request. */
export function importBytes(row: ImportRow): number {
  return jsonBytes({ type: 'profile', ...row });
}
