import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderTypes, type Schema } from './render.js';
import { generatedFiles } from './source.js';

const root = join(import.meta.dirname, '../..');

describe('schemas:generate', () => {
  it('has been run since the schemas last changed', async () => {
    for (const [path, content] of await generatedFiles(root)) {
      expect({ path, content: await readFile(join(root, path), 'utf8') }).toEqual({ path, content });
    }
  });

  it('refuses two declarations of one name', () => {
    const kind = (symbols: string[]): Schema => ({ type: 'enum', name: 'Kind', doc: 'A kind.', symbols });
    const schemas = new Map([
      ['a', kind(['x', 'unknown'])],
      ['b', kind(['y', 'unknown'])],
    ]);
    expect(() => renderTypes(schemas)).toThrow('Two schemas declare Kind differently.');
  });
});
