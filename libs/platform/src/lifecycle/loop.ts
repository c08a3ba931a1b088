import { sleep } from '../clock.js';
import { describeError, isAbort } from '../errors.js';
import { type Logger } from '../logging.js';

export interface LoopOptions {
  readonly name: string;
  /** Pause between the end of one turn and the start of the next; a turn may ask for another turn at once. */
  readonly everyMs: number;
  readonly logger: Logger;
  /** One turn. Answer `'again'` when more work is waiting. */
  turn(signal: AbortSignal): Promise<'again' | 'rest'>;
}

/**
 * Work that repeats, never overlaps itself and is awaited at stop (timers of a scheduler are cleared but not awaited).
 * A turn that fails is logged once and tried again after the pause, doubled up to a minute.
 */
export class Loop {
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the present pause. */
  wake(): void {
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let failures = 0;
    while (!signal.aborted) {
      let next: 'again' | 'rest' = 'rest';
      try {
        next = await this.options.turn(signal);
        failures = 0;
      } catch (error) {
        if (isAbort(error) && signal.aborted) return;
        failures += 1;
        this.options.logger.error(
          { loop: this.options.name, err: describeError(error) },
          'a turn failed and will be repeated',
        );
      }
      if (next === 'rest')
        await this.#pause(Math.min(60_000, this.options.everyMs * 2 ** Math.min(failures, 10)), signal);
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    this.#wake = undefined;
  }
}
