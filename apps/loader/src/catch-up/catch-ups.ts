import { type Leases } from '@portage/persistence';
import { describeError, isAbort } from '@portage/platform';
import { underLease } from '../claims/under-lease.js';
import { type LoaderParts } from '../loader-parts.js';
import { openGates } from '../marks/gates.js';
import { obstacleOf } from '../positions/parking.js';
import { CatchUp } from './catch-up.js';
import { connectionsWithParked } from './parked-activities.js';

/** Catches up with connections whose activities were parked, each in one process, as soon as nothing holds them up any more. */
export class CatchUps {
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly parts: LoaderParts,
    private readonly leases: Leases,
  ) {}

  async turn(signal: AbortSignal): Promise<void> {
    for (const connectionId of await connectionsWithParked(this.parts.database)) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#running.has(connectionId) || (await this.#isHeldUp(connectionId))) continue;
      const running = this.#run(connectionId, signal)
        .catch((error: unknown) => {
          if (isAbort(error)) return;
          this.parts.logger.warn(
            { err: describeError(error), connectionId },
            'a catch-up ended early and is begun anew',
          );
        })
        .finally(() => this.#running.delete(connectionId));
      this.#running.set(connectionId, running);
    }
  }

  /** Resolves when everything that was started has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #run(connectionId: string, signal: AbortSignal): Promise<void> {
    const { parts, leases } = this;
    const ttlSeconds = parts.environment.LEASE_SECONDS;
    await underLease({ leases, key: `catch-up:${connectionId}`, ttlSeconds, signal }, (kept) =>
      new CatchUp({ parts, connectionId, isHeldUp: () => this.#isHeldUp(connectionId), signal: kept }).run(),
    );
  }

  /** A stream that is parked for what was rejected may still be tried with a few rows. */
  async #isHeldUp(connectionId: string): Promise<boolean> {
    const { targets, breakers, database } = this.parts;
    const open = await openGates(database);
    const obstacle = obstacleOf({ targets, breakers }, 'activities', connectionId, open.has(connectionId));
    if (obstacle !== 'too_many_rejected') return obstacle !== null;
    return !breakers.takesWork(targets.of(connectionId)?.id ?? '', 'activities');
  }
}

const AT_ONCE = 4;
