import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { acquireLock } from './lock.mjs';

/** Builds `dist` when a source differs from what it was built from. Throws a sentence when that fails. */
export async function buildWhenNeeded(root, node, say) {
  if (isBuilt(root)) return;
  const release = await acquireLock(join(root, '.cache', 'build.lock'), {
    onWait: () => say('waiting for another run that builds'),
  });
  try {
    const wanted = fingerprint(root);
    if (isBuilt(root, wanted)) return;
    say('building (nest build)');
    const { status } = spawnSync(node, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new Error('The build failed; the errors above say where.');
    removeStrays(root);
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stampOf(root), wanted);
  } finally {
    release();
  }
}

const stampOf = (root) => join(root, 'dist', '.built-from');

function isBuilt(root, wanted = fingerprint(root)) {
  return existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === wanted;
}

/** By content: a checkout changes times without changing files. Some hundred small files are read in milliseconds. */
function fingerprint(root) {
  const hash = createHash('sha256');
  const sources = ['apps', 'libs', 'tools', 'schemas'].flatMap((folder) => filesBelow(join(root, folder)));
  const settings = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) =>
    join(root, name),
  );
  for (const file of [...sources.filter(isSource), ...settings].sort()) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function isSource(file) {
  return !/\.(spec|int-spec)\.ts$/.test(file);
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** What a deleted source left behind would still be loaded, a migration for example. */
function removeStrays(root) {
  const dist = join(root, 'dist');
  for (const file of filesBelow(dist)) {
    const source = join(root, relative(dist, file)).replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts');
    if (file !== stampOf(root) && !existsSync(source) && !file.endsWith('.tsbuildinfo')) rmSync(file);
  }
}
