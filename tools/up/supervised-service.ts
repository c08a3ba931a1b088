import { isAbort, PortageError, sleep } from '@portage/platform';
import { type Leftovers } from '../supervision/leftovers.js';
import { type Watcher } from '../supervision/watcher.js';
import { describeEnding, judge, noHistory } from './restarts.js';
import { type Listening, type ServiceCommand, type ServiceProcess, spawnService } from './service-process.js';

export interface SupervisorHooks {
  readonly watcher: Watcher;
  readonly leftovers: Leftovers;
  readonly say: (words: string) => void;
  /** A process id or port has changed. */
  readonly onChange: () => void;
  /** The service cannot run as it is configured. */
  readonly onGiveUp: (error: PortageError) => void;
}

const graceMs = 25_000;

/** One replica of a service, kept running until `stop`. */
export class SupervisedService {
  #process: ServiceProcess | undefined;
  #listening: Listening | undefined;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(
    readonly name: string,
    private readonly command: ServiceCommand,
    private readonly hooks: SupervisorHooks,
  ) {}

  /** Of the present process, or of the last one while there is none. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get metricsPort(): number {
    return this.#listening?.metricsPort ?? 0;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const child = this.#process?.child;
    child?.kill('SIGTERM');
    const force = setTimeout(() => child?.kill('SIGKILL'), graceMs);
    await this.#running;
    clearTimeout(force);
    await this.command.log.close();
  }

  async #run(): Promise<void> {
    const { hooks } = this;
    let history = noHistory;
    while (!this.#stop.signal.aborted) {
      const running = this.#spawn();
      const ending = await running.ended;
      hooks.watcher.gone(running.pid);
      hooks.leftovers.forget(this.name);
      if (this.#stop.signal.aborted) return;
      const verdict = judge(ending, history);
      const words = running.lastWords();
      if (verdict.kind === 'give-up') {
        const message = words || `${this.name} ${describeEnding(ending)}; its log says why.`;
        hooks.onGiveUp(
          new PortageError({
            code: verdict.exitCode === 2 ? 'config.service' : 'up.service',
            disposition: 'halt',
            message,
          }),
        );
        return;
      }
      const why = ending.code && words ? ` (${words})` : '';
      hooks.say(`${this.name} ${describeEnding(ending)}${why}; starting it again in ${verdict.afterMs / 1000} s`);
      history = verdict.history;
      await sleep(verdict.afterMs, this.#stop.signal).catch((error: unknown) => {
        if (!isAbort(error)) throw error;
      });
    }
  }

  #spawn(): ServiceProcess {
    const { hooks, command } = this;
    const running = spawnService(command, (listening) => {
      this.#listening = listening;
      hooks.onChange();
    });
    this.#process = running;
    if (running.pid > 0) {
      hooks.watcher.add(running.pid, 'TERM');
      hooks.leftovers.remember(this.name, { pid: running.pid, commandPart: command.tag, signal: 'SIGTERM' });
    }
    hooks.onChange();
    return running;
  }
}
