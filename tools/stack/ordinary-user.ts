import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { stackError } from './stack.error.js';

/** How to start a program that refuses to run as root. */
export interface Account {
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** Words before the command; empty mostly. */
  readonly prefix: readonly string[];
}

/** The account that owns nothing, on Linux and macOS. */
const nobody = process.platform === 'darwin' ? 4_294_967_294 : 65_534;

/**
 * Nobody, if we are root and nobody may reach `paths`; else (a home below `/root`) root under another number, in a
 * user namespace of its own.
 */
export function ordinaryUser(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  if (paths.every(isReachable)) return { ids: { uid: nobody, gid: nobody }, prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
  if (spawnSync(prefix[0] ?? '', [...prefix.slice(1), 'true']).status === 0) return { prefix };
  throw stackError(
    'stack.needs_postgres',
    'PostgreSQL does not run as root, and other users cannot reach this folder: run as an ordinary user, or set DATABASE_URL.',
  );
}

function isReachable(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isReachable(parent));
}
