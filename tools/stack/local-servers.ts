import { join, resolve } from 'node:path';
import { areDownloaded, type Downloads, ensureDownloads, hasMaven } from './downloads.js';
import { type GivenServers } from './given-servers.js';
import { projectRoot } from './home.js';
import { findJava } from './java.js';
import { startKafka } from './kafka.js';
import { startPostgres } from './postgres.js';
import { startRegistry } from './registry.js';
import { ServerKeeper } from './server-keeper.js';
import { type ServerProcess } from './server-process.js';
import { type StackContext } from './stack-context.js';

export interface JavaServers {
  readonly command: string;
  /** Where the jars are, or go. */
  readonly folder: string;
}

/** Java, and what it runs: there already, or to be had by Maven. */
export function findJavaServers(env: NodeJS.ProcessEnv): JavaServers | undefined {
  const folder = env.PORTAGE_DOWNLOADS ? resolve(env.PORTAGE_DOWNLOADS) : join(projectRoot, '.portage', 'downloads');
  const command = findJava(env);
  return command && (areDownloaded(folder) || hasMaven(env)) ? { command, folder } : undefined;
}

/** The servers that are not given, as processes of this machine. */
export class LocalServers {
  readonly #keepers: ServerKeeper[] = [];

  constructor(
    private readonly context: StackContext,
    private readonly given: GivenServers,
  ) {}

  /** Answers when all are ready; `java` may be missing where Kafka and the registry are given. */
  async start(java: JavaServers | undefined): Promise<void> {
    const { context, given } = this;
    const downloads = java && (await ensureDownloads({ folder: java.folder, env: context.env, say: context.say }));
    context.signal.throwIfAborted();
    const jars = java && downloads ? { java: java.command, ...downloads } : undefined;
    const results = await Promise.allSettled([
      given.kafka || !jars ? undefined : this.#kafka(jars),
      this.#databases(jars),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** In the reverse order of their start. */
  async stop(): Promise<void> {
    for (const keeper of this.#keepers.toReversed()) await keeper.stop();
  }

  async #kafka({ java, kafkaJars }: Downloads & { readonly java: string }): Promise<void> {
    await this.#keep((context) => startKafka(context, java, kafkaJars));
  }

  /** The registry keeps its schemas in our PostgreSQL even where Portage's own database is given. */
  async #databases(jars: (Downloads & { readonly java: string }) | undefined): Promise<void> {
    const { given } = this;
    if (!given.database || !given.schemaRegistry) await this.#keep(startPostgres);
    if (!given.schemaRegistry && jars)
      await this.#keep((context) => startRegistry(context, jars.java, jars.registryJar));
  }

  async #keep(start: (context: StackContext) => Promise<ServerProcess>): Promise<void> {
    const { context } = this;
    const keeper = new ServerKeeper((signal) => start({ ...context, signal }), context.say);
    this.#keepers.push(keeper);
    await keeper.start(context.signal);
  }
}
