import { Errands } from '../claims/errands.js';
import { type LoaderParts } from '../loader-parts.js';
import { openGates } from '../marks/gates.js';
import { obstacleOf } from '../positions/parking.js';
import { CatchUp } from './catch-up.js';
import { connectionsWithParked } from './parked-activities.js';

/** Catches up with connections whose activities were parked, each in one process, as soon as nothing holds them up any more. */
export class CatchUps extends Errands {
  constructor(parts: LoaderParts) {
    super(parts, { name: 'catch-up', everyMs: LOOK_MS, atOnce: AT_ONCE });
  }

  protected async wanted(): Promise<readonly string[]> {
    const free: string[] = [];
    for (const id of await connectionsWithParked(this.parts.database)) if (!(await this.#isHeldUp(id))) free.push(id);
    return free;
  }

  protected async run(connectionId: string, signal: AbortSignal): Promise<void> {
    const isHeldUp = () => this.#isHeldUp(connectionId);
    await new CatchUp({ parts: this.parts, connectionId, isHeldUp, signal }).run();
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

const LOOK_MS = 2000;
const AT_ONCE = 4;
