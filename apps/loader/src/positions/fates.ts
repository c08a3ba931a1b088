import { type Queries } from '@portage/persistence';
import { type Stream } from '@portage/records';
import { type Loaded } from '../load-batch.js';

/** What the ledger says of keys: the newest version and whether its fate is told. By target and key. */
export type Fates = ReadonlyMap<string, { readonly version: number; readonly told: boolean }>;

export async function readFates(queries: Queries, stream: Stream, records: readonly Loaded[]): Promise<Fates> {
  const fates = new Map<string, { version: number; told: boolean }>();
  for (const target of new Set(records.flatMap((record) => record.target ?? []))) {
    const keys = records.filter((record) => record.target === target).map(({ key }) => key);
    const rows = await queries.query<{ key: string; version: string; told: boolean }>(
      `SELECT key, version, outcome IS NOT NULL AS told FROM ledger.records
       WHERE target = $1 AND stream = $2 AND key = ANY($3::text[])`,
      [target, stream, keys],
    );
    for (const { key, version, told } of rows) fates.set(`${target} ${key}`, { version: Number(version), told });
  }
  return fates;
}

/** A superseded record has no fate of its own any more; nor has one that is nobody's, or was erased. */
export function isTold(record: Loaded, fates: Fates): boolean {
  if (record.target === null) return true;
  const fate = fates.get(`${record.target} ${record.key}`);
  return fate === undefined || fate.version > record.version || fate.told;
}
