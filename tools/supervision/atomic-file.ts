import { renameSync, writeFileSync } from 'node:fs';

/** Readers see the old content or the new one, never a part. */
export function writeFileAtomic(path: string, content: string, mode = 0o644): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, content, { mode });
  renameSync(partial, path);
}
