import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from './atomic-file.js';
import { endProcess, isOurs, type KnownProcess } from './processes.js';

export interface Leftover extends KnownProcess {
  /** Ends it in order. */
  readonly signal: 'SIGTERM' | 'SIGINT';
}

const graceMs = 20_000;

/** The processes that run, written down by name, so that the next start can end what a killed one left. */
export class Leftovers {
  #known: Readonly<Record<string, Leftover>>;

  constructor(private readonly path: string) {
    this.#known = readKnown(path);
  }

  /** Ends what still runs. Only under the lock of the home: without it the processes may well be somebody's. */
  async end(say: (words: string) => void): Promise<void> {
    const left = Object.entries(this.#known).filter(([, known]) => isOurs(known));
    await Promise.all(
      left.map(async ([name, known]) => {
        say(`ending ${name} (process ${known.pid}), left by a run that was killed`);
        await endProcess(known, known.signal, graceMs);
      }),
    );
    this.#known = {};
    this.#write();
  }

  remember(name: string, leftover: Leftover): void {
    this.#known = { ...this.#known, [name]: leftover };
    this.#write();
  }

  forget(name: string): void {
    this.#known = Object.fromEntries(Object.entries(this.#known).filter(([known]) => known !== name));
    this.#write();
  }

  #write(): void {
    writeFileAtomic(this.path, JSON.stringify(this.#known));
  }
}

/** A file that a crash of the machine cut off says nothing about processes that could still run. */
function readKnown(path: string): Record<string, Leftover> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Leftover>;
  } catch {
    return {};
  }
}
