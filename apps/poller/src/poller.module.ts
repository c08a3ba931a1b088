import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import {
  type DynamicModule,
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Leases } from '@portage/persistence';
import { type ServiceContext } from '@portage/platform/service';
import { ConnectionsController } from './connections/connections.controller.js';
import { PublishedIdsReader } from './connections/published-ids.js';
import { PublishedIdsController } from './connections/published-ids.controller.js';
import { SourceCounts } from './connections/source-counts.js';
import { StreamStatus } from './connections/stream-status.js';
import { Eraser } from './erasure/eraser.js';
import { LagController } from './lag/lag.controller.js';
import { LagMonitor } from './lag/lag-monitor.js';
import { LagStore } from './lag/lag-store.js';
import { type Freshness, pollerMetrics } from './metrics.js';
import { closeParts, openParts, type PollerParts } from './poller-parts.js';
import { RunStore } from './runs/run-store.js';
import { RunWorker } from './runs/run-worker.js';
import { RunsController } from './runs/runs.controller.js';
import { Scheduler } from './runs/scheduler.js';
import { SignalStore } from './signals/signal-store.js';
import { SignalsController } from './signals/signals.controller.js';
import { Signals } from './signals/signals.js';
import { TransitionLog } from './states/transition-log.js';
import { TransitionsController } from './states/transitions.controller.js';

const PARTS = Symbol('PollerParts');
/** Of the configured time, so that a holder's death and the next one's start fit into it together. */
const LEASE_SHARE = 0.75;

/** Opens the servers, wires the scheduler, and lets go of everything in order. */
@Module({})
export class PollerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(PARTS) private readonly parts: PollerParts,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
    @Inject(Eraser) private readonly eraser: Eraser,
    @Inject(LagMonitor) private readonly lag: LagMonitor,
  ) {}

  static forService({ environment, logger, health }: ServiceContext): DynamicModule {
    const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
    const leaseSeconds = environment.LEASE_SECONDS * LEASE_SHARE;
    return {
      module: PollerModule,
      controllers: [
        ConnectionsController,
        PublishedIdsController,
        SignalsController,
        TransitionsController,
        RunsController,
        LagController,
      ],
      providers: [
        {
          provide: PARTS,
          useFactory: async () => {
            const parts = await openParts(environment, logger);
            registerChecks(health, parts);
            pollerMetrics.freshnessFrom(() => freshnessOf(parts.database));
            return parts;
          },
        },
        {
          provide: Scheduler,
          inject: [PARTS],
          useFactory: (parts: PollerParts) => {
            const leases = new Leases(parts.database, 'sync.leases', owner, leaseSeconds);
            return new Scheduler(parts, leases, new RunWorker(parts, leases, leaseSeconds * 1000));
          },
        },
        {
          provide: Eraser,
          inject: [PARTS],
          useFactory: (parts: PollerParts) => {
            const leases = new Leases(parts.database, 'sync.leases', owner, leaseSeconds);
            return new Eraser(parts, leases, leaseSeconds * 1000);
          },
        },
        {
          provide: LagMonitor,
          inject: [PARTS],
          useFactory: (parts: PollerParts) => new LagMonitor(parts, owner),
        },
        { provide: LagStore, inject: [PARTS], useFactory: (parts: PollerParts) => new LagStore(parts.database) },
        { provide: RunStore, inject: [PARTS], useFactory: (parts: PollerParts) => new RunStore(parts.database) },
        { provide: SignalStore, inject: [PARTS], useFactory: (parts: PollerParts) => new SignalStore(parts.database) },
        {
          provide: Signals,
          inject: [PARTS, SourceCounts],
          useFactory: (parts: PollerParts, counts: SourceCounts) => new Signals(parts, counts),
        },
        {
          provide: TransitionLog,
          inject: [PARTS],
          useFactory: (parts: PollerParts) => new TransitionLog(parts.database),
        },
        { provide: SourceCounts, inject: [PARTS], useFactory: (parts: PollerParts) => new SourceCounts(parts) },
        {
          provide: PublishedIdsReader,
          inject: [PARTS],
          useFactory: (parts: PollerParts) => new PublishedIdsReader(parts.database),
        },
        { provide: StreamStatus, inject: [PARTS], useFactory: (parts: PollerParts) => new StreamStatus(parts) },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.scheduler.start();
    this.eraser.start();
    this.lag.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.scheduler.stop(), this.eraser.stop(), this.lag.stop()]);
    await closeParts(this.parts);
  }
}

function freshnessOf(database: PollerParts['database']): Promise<Freshness[]> {
  return database
    .query<Freshness>(
      `SELECT connection_id AS connection, stream, extract(epoch FROM now() - fresh_at)::float8 AS seconds
       FROM sync.streams WHERE fresh_at IS NOT NULL`,
    )
    .catch(() => []);
}

function registerChecks(health: ServiceContext['health'], { database, cluster, auth }: PollerParts): void {
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
  health.register({ name: 'auth', check: () => auth.reachable() });
}
