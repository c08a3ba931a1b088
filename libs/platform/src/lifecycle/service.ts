import { type CustomStrategy } from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Environment, type EnvironmentVariable, loadConfig } from '../config.js';
import { describeError, isPortageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { Health } from '../health.js';
import { publishDocument } from '../http/openapi/publish.js';
import { forgetTypeOfNoBody } from '../http/empty-body.js';
import { PlatformModule } from '../http/platform.module.js';
import { createLogger, type Logger } from '../logging.js';
import { serveMetrics } from '../metrics.js';
import { NestLogger } from './nest-logger.js';

/** What no service can do without; each names what it needs besides. */
const everyService = ['DATABASE_URL', 'PORTAGE_ADMIN_TOKEN', 'PORTAGE_SERVICE_TOKEN'] as const;

type Streaming = 'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL';

export type ServiceEnvironment<Needed extends EnvironmentVariable = Streaming> = ReturnType<
  typeof loadConfig<(typeof everyService)[number] | Needed>
>;

export interface ServiceContext<Needed extends EnvironmentVariable = Streaming> {
  readonly environment: ServiceEnvironment<Needed>;
  readonly logger: Logger;
  readonly health: Health;
  /** Ends the process in order, with a non-zero exit code: for states that only a restart heals. */
  readonly crash: (error: unknown) => void;
}

export interface ServiceDefinition<Needed extends EnvironmentVariable> {
  readonly name: 'auth' | 'poller' | 'loader';
  readonly port: 'AUTH_PORT' | 'POLLER_PORT' | 'LOADER_PORT';
  /** Variables without which this service does not start, besides those that every service needs. */
  readonly needs: readonly Needed[];
  /** Builds the service's root module; called once, after the configuration is known to be good. */
  module(context: ServiceContext<Needed>): unknown;
  /** Last touches before listening: plugins, pages, consumers. */
  prepare?(app: NestFastifyApplication, context: ServiceContext<Needed>): Promise<readonly CustomStrategy[] | void>;
}

/**
 * Runs one service until SIGINT, SIGTERM or the loss of its supervisor. The first signal drains, the second exits at once.
 * Exit codes: 0 stopped, 1 failed while running, 2 configuration, 3 a server that is needed cannot be reached.
 */
export async function runService<Needed extends EnvironmentVariable>(
  definition: ServiceDefinition<Needed>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  let environment: ServiceEnvironment<Needed>;
  try {
    environment = loadConfig(env, [...everyService, ...definition.needs]);
  } catch (error) {
    return exitWith(exitCodes.usage, error);
  }
  const logger = createLogger(definition.name, environment.LOG_LEVEL);
  let stop: ((code: number) => Promise<void>) | undefined;
  const crash = (error: unknown): void => {
    logger.error({ err: describeError(error) }, 'the service cannot go on and ends');
    if (stop) void stop(exitCodes.unaccounted);
    else process.exit(exitCodes.unaccounted);
  };
  const context: ServiceContext<Needed> = { environment, logger, health: new Health(), crash };
  try {
    const { app, startConsumers } = await createApplication(definition, context);
    const metrics = await serveMetrics(environment.METRICS_PORT, environment.BIND_ADDRESS);
    stop = stopOnce(app, metrics.stop, context);
    await app.listen(environment[definition.port], environment.BIND_ADDRESS);
    const { port } = app.getHttpServer().address() as { port: number };
    process.send?.({ type: 'listening', port, metricsPort: metrics.port });
    logger.info({ port, metricsPort: metrics.port }, 'listening');
    // A group may wait for a member that was killed: who asks meanwhile gets an answer. Until then a signal just ends
    // the process, because nothing has been taken over.
    await startConsumers();
    listenForSignals(stop);
  } catch (error) {
    exitWith(
      isPortageError(error) && error.code.startsWith('config.') ? exitCodes.usage : exitCodes.unreachable,
      explain(error, definition, environment),
    );
  }
}

async function createApplication<Needed extends EnvironmentVariable>(
  definition: ServiceDefinition<Needed>,
  context: ServiceContext<Needed>,
): Promise<{ app: NestFastifyApplication; startConsumers: () => Promise<void> }> {
  const { environment, logger, health } = context;
  const root = {
    module: class Root {},
    imports: [PlatformModule.forService(environment, logger, health), definition.module(context)],
  };
  const adapter = new FastifyAdapter({ bodyLimit: 1024 * 1024, trustProxy: false });
  const app = await NestFactory.create<NestFastifyApplication>(root as never, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bufferLogs: false,
  });
  adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
    forgetTypeOfNoBody(request.raw.headers);
    done();
  });
  publishDocument(app, definition.name);
  const strategies = (await definition.prepare?.(app, context)) ?? [];
  for (const strategy of strategies) app.connectMicroservice(strategy, { inheritAppConfig: true });
  await app.init();
  if (strategies.length === 0) return { app, startConsumers: () => Promise.resolve() };
  let started = false;
  health.register({ name: 'consumers', check: () => (started ? undefined : 'the consumers are joining their groups') });
  const startConsumers = async (): Promise<void> => {
    await app.startAllMicroservices();
    started = true;
  };
  return { app, startConsumers };
}

function stopOnce(
  app: NestFastifyApplication,
  stopMetrics: () => Promise<void>,
  context: { readonly environment: Environment; readonly health: Health; readonly logger: Logger },
) {
  let stopping: Promise<void> | undefined;
  return (code: number): Promise<void> => {
    stopping ??= (async () => {
      context.health.fail('stopping');
      const deadline = setTimeout(
        () => process.exit(code || exitCodes.unaccounted),
        context.environment.SHUTDOWN_SECONDS * 1000,
      );
      deadline.unref();
      try {
        await app.close();
        await stopMetrics();
      } catch (error) {
        context.logger.error({ err: describeError(error) }, 'stopping did not go cleanly');
        process.exit(exitCodes.unaccounted);
      }
      process.exit(code);
    })();
    return stopping;
  };
}

function listenForSignals(stop: (code: number) => Promise<void>): void {
  let signals = 0;
  const onSignal = (number: number) => (): void => {
    signals += 1;
    if (signals > 1) process.exit(128 + number);
    void stop(exitCodes.ok);
  };
  process.on('SIGINT', onSignal(2));
  process.on('SIGTERM', onSignal(15));
  // A supervisor that was killed cannot send a signal; the closed channel tells the same.
  if (process.send) process.on('disconnect', () => void stop(exitCodes.ok));
}

function explain(
  error: unknown,
  definition: Pick<ServiceDefinition<never>, 'port'>,
  environment: Environment,
): unknown {
  if ((error as { code?: unknown } | null)?.code === 'EADDRINUSE') {
    return new Error(
      `Port ${environment[definition.port]} is in use: stop what listens there or set ${definition.port}.`,
    );
  }
  return error;
}

function exitWith(code: number, error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(code);
}
