import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles } from './schemas/source.js';

/** Writes the TypeScript that schemas/*.avsc ask for. Runs at the repository's root. */
const root = process.cwd();
for (const [path, content] of await generatedFiles(root)) {
  await writeFile(join(root, path), content);
  console.log(`wrote ${path}`);
}
