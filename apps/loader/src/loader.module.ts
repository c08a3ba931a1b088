import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type CustomStrategy } from '@nestjs/microservices';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { BatchStrategy, type ServiceContext } from '@portage/platform/service';
import { BreakersController } from './breakers/breakers.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { controllersOf } from './intake/batches.controller.js';
import { Loader } from './loader.js';
import { closeParts, LOADER_PARTS, type LoaderParts, openParts } from './loader-parts.js';
import { Replayer } from './replays/replayer.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReportController } from './report/report.controller.js';
import { VerifyController } from './verify/verify.controller.js';
import { Verifier } from './verify/verifier.js';

/** Opens the servers, wires the loader, and lets go of everything in order. */
@Module({})
export class LoaderModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(LOADER_PARTS) private readonly parts: LoaderParts,
    @Inject(Loader) private readonly loader: Loader,
    @Inject(Verifier) private readonly verifier: Verifier,
    @Inject(Replayer) private readonly replayer: Replayer,
  ) {}

  static forService({ environment, logger, health, crash }: ServiceContext): DynamicModule {
    return {
      module: LoaderModule,
      controllers: [
        ...controllersOf(environment.LOADER_STREAMS),
        ReportController,
        BreakersController,
        DeadLettersController,
        VerifyController,
        ReplaysController,
      ],
      providers: [
        {
          provide: LOADER_PARTS,
          useFactory: async () => {
            const parts = await openParts(environment, logger);
            registerChecks(health, parts);
            return parts;
          },
        },
        {
          provide: Loader,
          inject: [LOADER_PARTS],
          useFactory: (parts: LoaderParts) =>
            new Loader(parts, (error) => {
              health.fail('a consumer has ended');
              crash(error);
            }),
        },
        { provide: Verifier, inject: [LOADER_PARTS], useFactory: (parts: LoaderParts) => new Verifier(parts) },
        { provide: Replayer, inject: [LOADER_PARTS], useFactory: (parts: LoaderParts) => new Replayer(parts) },
      ],
    };
  }

  /** What was taken is settled and committed while the consumers are still members of their groups. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.verifier.stop(), this.replayer.stop()]);
    await this.loader.stop(this.parts.environment.SHUTDOWN_SECONDS * 1000 * DRAIN_SHARE);
  }

  async onApplicationShutdown(): Promise<void> {
    await closeParts(this.parts);
  }
}

/** Of the time to stop: the rest is for storing, leaving the groups and closing. */
const DRAIN_SHARE = 0.5;

/** The consumers join their groups when everything else stands. */
export function startConsumers(app: NestFastifyApplication): readonly CustomStrategy[] {
  const loader = app.get(Loader);
  loader.start();
  app.get(Verifier).start();
  app.get(Replayer).start();
  return [{ strategy: new BatchStrategy(loader.consumers) }];
}

function registerChecks(health: ServiceContext['health'], { database, cluster, connections }: LoaderParts): void {
  health.register({
    name: 'database',
    check: async () => {
      await database.query('SELECT 1');
      return undefined;
    },
  });
  health.register({
    name: 'kafka',
    check: async () => {
      await cluster.check();
      return undefined;
    },
  });
  health.register({ name: 'auth', check: () => (connections.known ? undefined : 'connections are not known yet') });
}
