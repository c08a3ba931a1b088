import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { acquireLock } from './lock.mjs';

/** Installs the dependencies when there are none, or when the lockfile changed since. Throws a sentence when it cannot. */
export async function installWhenNeeded(root, say) {
  const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (isStamped(root, wanted)) return;
  const release = await acquireLock(join(root, '.cache', 'install.lock'), {
    onWait: () => say('waiting for another run that installs the dependencies'),
  });
  try {
    if (isStamped(root, wanted)) return;
    if (!isInstalled(root, lockfile)) {
      say('installing the dependencies (npm ci)');
      npmCi(root);
    }
    writeFileSync(stampOf(root), wanted);
  } finally {
    release();
  }
}

const stampOf = (root) => join(root, 'node_modules', '.portage-installed');

function isStamped(root, wanted) {
  return existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === wanted;
}

/** npm keeps its own account of what is installed; packages of other platforms are missing there, and may be. */
function isInstalled(root, lockfile) {
  const path = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(path)) return false;
  const installed = JSON.parse(readFileSync(path, 'utf8')).packages;
  return Object.entries(JSON.parse(lockfile).packages).every(
    ([name, entry]) => name === '' || (installed[name] ? installed[name].version === entry.version : entry.optional),
  );
}

function npmCi(root) {
  // npm ci removes node_modules, and with it the Node that npm scripts find first on their path.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  // The build needs the development packages, whatever NODE_ENV says.
  const result = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ['ignore', 2, 2],
  });
  if (result.error?.code === 'ENOENT') throw new Error('npm is not on the PATH: install Node.js with npm.');
  if (result.signal) throw new Error(`npm ci was stopped by ${result.signal}.`);
  if (result.status !== 0) throw new Error('npm ci failed; its output above says why.');
}
