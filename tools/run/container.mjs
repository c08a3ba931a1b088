// The entry of the image: a service or a program by name, in this very process, so that signals and memory are its own.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [name = '', ...args] = process.argv.slice(2);
const main = /^[a-z][a-z-]*$/.test(name)
  ? [join(dist, 'apps', name, 'src', 'main.js'), join(dist, 'tools', `${name}.js`)].find((path) => existsSync(path))
  : undefined;

if (main === undefined) {
  process.stderr.write(
    `"${name}" is neither a service (auth, poller, loader) nor a program (portage, db-migrate, ...).\n`,
  );
  process.exitCode = 2;
} else {
  process.argv = [process.argv[0], main, ...args];
  await import(pathToFileURL(main).href);
}
