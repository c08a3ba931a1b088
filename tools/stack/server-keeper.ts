import { isAbort, sleep } from '@portage/platform';
import { type ServerProcess } from './server-process.js';

const firstMs = 500;
const longestMs = 30_000;

/** One server, started again whenever it ends by itself: the services outlive a broker that comes back. */
export class ServerKeeper {
  readonly #stopping = new AbortController();
  #server: ServerProcess | undefined;
  #restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly begin: (signal: AbortSignal) => Promise<ServerProcess>,
    private readonly say: (words: string) => void,
  ) {}

  /** Resolves when the server is ready. The first start fails for good: it tells what is wrong with the machine. */
  async start(signal: AbortSignal): Promise<void> {
    this.#keep(await this.begin(signal));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    await this.#server?.stop();
  }

  #keep(server: ServerProcess): void {
    this.#server = server;
    const restart = (): void => {
      this.#restarting = this.#restart(server);
    };
    if (server.ended.aborted) restart();
    else server.ended.addEventListener('abort', restart, { once: true });
  }

  async #restart({ name, logPath }: ServerProcess): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      this.say(`${name} has ended (see ${logPath}); starting it again`);
      try {
        await sleep(Math.min(longestMs, firstMs * 2 ** failures), signal);
        this.#keep(await this.begin(signal));
        return;
      } catch (error) {
        if (isAbort(error)) return;
      }
    }
  }
}
