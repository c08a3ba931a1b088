import { readFile, rename, writeFile } from 'node:fs/promises';

/** A snapshot in one file, replaced as a whole so that a kill leaves the old or the new one. */
export class StateFile {
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** Undefined where there is none yet. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes what `snapshot` gives when its turn comes. */
  write(snapshot: () => string | string[]): Promise<void> {
    const next = this.writing.then(async () => {
      const parts = snapshot();
      const temporary = `${this.path}.next`;
      await writeFile(temporary, parts);
      await rename(temporary, this.path);
    });
    this.writing = next.catch(() => undefined);
    return next;
  }
}
