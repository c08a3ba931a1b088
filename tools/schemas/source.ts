import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSchemas, renderTypes, type Schema } from './render.js';

/** Every generated file (path from the repository's root) with the content that schemas/*.avsc ask for. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const schemas = await readSchemas(join(root, 'schemas'));
  return new Map([
    ['libs/records/src/generated/types.ts', renderTypes(schemas)],
    ['libs/records/src/generated/schemas.ts', renderSchemas(schemas)],
  ]);
}

async function readSchemas(folder: string): Promise<ReadonlyMap<string, Schema>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.avsc')).sort();
  const schemas = new Map<string, Schema>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    schemas.set(file.replace(/\.avsc$/, ''), JSON.parse(text) as Schema);
  }
  return schemas;
}
