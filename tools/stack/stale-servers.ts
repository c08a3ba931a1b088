import { existsSync, readFileSync } from 'node:fs';
import { endProcess, isOurs, type KnownProcess } from '../supervision/processes.js';
import { writeFileAtomic } from './atomic-file.js';

const graceMs = 20_000;

/** The servers that run, written down, so that the next start can end what a killed one left. */
export class StaleServers {
  #known: Record<string, KnownProcess>;

  constructor(private readonly path: string) {
    this.#known = readKnown(path);
  }

  /** Ends what still runs. Only under the stack's lock: without it the servers may well be somebody's. */
  async end(say: (words: string) => void): Promise<void> {
    const left = Object.entries(this.#known).filter(([, known]) => isOurs(known));
    for (const [name, known] of left) {
      say(`ending ${name} (process ${known.pid}), left by a run that was killed`);
      await endProcess(known, name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMs);
    }
    this.#known = {};
    this.#write();
  }

  remember(name: string, known: KnownProcess): void {
    this.#known = { ...this.#known, [name]: known };
    this.#write();
  }

  forget(name: string): void {
    const { [name]: _gone, ...rest } = this.#known;
    this.#known = rest;
    this.#write();
  }

  #write(): void {
    writeFileAtomic(this.path, JSON.stringify(this.#known));
  }
}

/** A file that a crash of the machine cut off says nothing about processes that could still run. */
function readKnown(path: string): Record<string, KnownProcess> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, KnownProcess>;
  } catch {
    return {};
  }
}
