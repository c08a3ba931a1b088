import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../supervision/atomic-file.js';

const makers = {
  PORTAGE_ADMIN_TOKEN: () => randomBytes(32).toString('base64url'),
  PORTAGE_SERVICE_TOKEN: () => randomBytes(32).toString('base64url'),
  PORTAGE_ENCRYPTION_KEYS: () => `home:${randomBytes(32).toString('base64')}`,
} as const;

export type SecretName = keyof typeof makers;
const names = Object.keys(makers) as SecretName[];

/**
 * The secrets that `env` does not name, from `secrets.env` of the home; made there once, readable by the owner only.
 * An encryption key must never be made anew: what it encrypted would be lost.
 */
export function ensureSecrets(home: string, env: NodeJS.ProcessEnv): Partial<Record<SecretName, string>> {
  const path = join(home, 'secrets.env');
  const kept = existsSync(path) ? parseSecrets(readFileSync(path, 'utf8')) : {};
  const wanted = names.filter((name) => !env[name]);
  const missing = wanted.filter((name) => !kept[name]);
  const all = { ...kept, ...Object.fromEntries(missing.map((name) => [name, makers[name]()])) };
  if (missing.length > 0) {
    mkdirSync(home, { recursive: true });
    writeFileAtomic(path, renderSecrets(all), 0o600);
  }
  return Object.fromEntries(wanted.map((name) => [name, all[name]]));
}

/** Lines `NAME=value`; anything else is left alone. */
export function parseSecrets(text: string): Partial<Record<SecretName, string>> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      const name = line.slice(0, at) as SecretName;
      return at > 0 && names.includes(name) ? [[name, line.slice(at + 1)]] : [];
    }),
  );
}

function renderSecrets(secrets: Partial<Record<SecretName, string>>): string {
  return names.flatMap((name) => (secrets[name] ? [`${name}=${secrets[name]}\n`] : [])).join('');
}
