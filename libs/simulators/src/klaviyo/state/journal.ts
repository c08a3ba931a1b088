import { closeSync, openSync, renameSync, writeSync, createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Account, type Recorder } from './account.js';
import { type Profile } from './profile.js';

/**
 * Keeps the state in a file of lines, the last line of a thing being its state. Lines are written before the request that caused them is
 * answered, so that a killed simulator remembers everything it ever confirmed.
 */
export class Journal implements Recorder {
  private lines: unknown[][] = [];
  private readonly dirty = new Map<Profile, string>();
  private file: number | undefined;

  constructor(private readonly path: string | undefined) {}

  profile(account: Account, profile: Profile): void {
    if (this.path !== undefined) this.dirty.set(profile, account.id);
  }

  line(kind: string, account: string, ...values: unknown[]): void {
    if (this.path !== undefined) this.lines.push([kind, account, ...values]);
  }

  flush(): void {
    if (this.file === undefined || (this.lines.length === 0 && this.dirty.size === 0)) return;
    const people = [...this.dirty].map(([profile, account]) => ['p', account, profile]);
    writeLines(this.file, [...people, ...this.lines]);
    this.lines = [];
    this.dirty.clear();
  }

  /** Calls back for each line of the file, if there is one; a last line that a kill cut short is left out. */
  async load(restore: (line: unknown[]) => void): Promise<void> {
    if (this.path === undefined || !existsSync(this.path)) return;
    for await (const text of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      if (!text.endsWith(']')) continue;
      let line: unknown[];
      try {
        line = JSON.parse(text) as unknown[];
      } catch {
        continue;
      }
      restore(line);
    }
  }

  /** Replaces the file by these lines and goes on writing after them. */
  begin(lines: Iterable<unknown[]>): void {
    if (this.path === undefined) return;
    const next = `${this.path}.next`;
    const file = openSync(next, 'w');
    let batch: unknown[][] = [];
    for (const line of lines) {
      batch.push(line);
      if (batch.length < 2000) continue;
      writeLines(file, batch);
      batch = [];
    }
    writeLines(file, batch);
    closeSync(file);
    if (this.file !== undefined) closeSync(this.file);
    renameSync(next, this.path);
    this.file = openSync(this.path, 'a');
    this.lines = [];
    this.dirty.clear();
  }

  close(): void {
    this.flush();
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

function writeLines(file: number, lines: unknown[][]): void {
  if (lines.length === 0) return;
  // A line feed first: whatever a kill left unfinished ends here.
  const bytes = Buffer.from(`\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
