import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { type Readable } from 'node:stream';

const defaultLimit = 10 * 1024 * 1024;

/** A log file and one predecessor (`.1`), each of at most about `limit` bytes. */
export class RotatingLog {
  #stream: WriteStream;
  #size: number;

  constructor(
    readonly path: string,
    private readonly limit = defaultLimit,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  /** Takes a stream's lines; a turn of the file falls between lines where the chunks end in one. */
  take(source: Readable): void {
    source.on('data', (chunk: Buffer) => this.write(chunk));
  }

  write(chunk: Buffer | string): void {
    if (this.#size > this.limit) this.#turn();
    this.#size += Buffer.byteLength(chunk);
    this.#stream.write(chunk);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #turn(): void {
    this.#stream.end();
    renameSync(this.path, `${this.path}.1`);
    this.#size = 0;
    this.#stream = this.#open();
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'a' });
    // A full disk must not end the supervisor: what it supervises matters more than the log.
    stream.on('error', () => undefined);
    return stream;
  }
}
