import { type KnownRecord } from './change.js';

/** A row of `sync.records`; the driver hands 64-bit numbers over as text. */
export interface StoredRecord {
  readonly source_id: string;
  readonly hash: string;
  readonly version: string;
  readonly run_id: string;
}

export function knownOf({ hash, version, run_id: runId }: StoredRecord): KnownRecord {
  return { hash, version: Number(version), runId };
}
