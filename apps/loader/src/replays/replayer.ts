import { BoundedGroup } from '@portage/kafka';
import { describeError, isAbort, isPortageError, sleep } from '@portage/platform';
import { Errands } from '../claims/errands.js';
import { type LoaderParts } from '../loader-parts.js';
import { runDry } from './dry-run.js';
import { Pace } from './pace.js';
import { makePlan } from './plan.js';
import { withoutTarget } from './refusal.js';
import { type ReplayReport } from './replay.js';
import { type HeldReplay, Replays } from './replays.repository.js';
import { reportOf, runReplay } from './run-replay.js';
import { type RunContext } from './run-context.js';
import { Selector } from './selector.js';

/** Runs the replays that were started; whoever finds a dead process's replay goes on where that was. */
export class Replayer extends Errands {
  readonly #replays: Replays;
  readonly #failures = new Map<string, number>();

  constructor(parts: LoaderParts) {
    super(parts, { name: 'replay', everyMs: LOOK_MS, atOnce: AT_ONCE });
    this.#replays = new Replays(parts.database);
  }

  protected wanted(): Promise<readonly string[]> {
    return this.#replays.running();
  }

  protected async run(id: string, signal: AbortSignal): Promise<void> {
    const held = await this.#replays.takeOver(id);
    if (!held) return;
    const over = new AbortController();
    const watching = watch(held, over);
    try {
      await this.#run(held, AbortSignal.any([signal, over.signal]));
    } finally {
      over.abort();
      await watching;
    }
  }

  async #run(held: HeldReplay, signal: AbortSignal): Promise<void> {
    const { id, request } = held.replay;
    const group = new BoundedGroup(this.parts.cluster, `${this.parts.environment.TOPIC_PREFIX}.replay.${id}`);
    try {
      const context = await this.#context(held, group, signal);
      if (request.mode === 'dry') await this.#end(held, group, await runDry(context));
      else {
        await runReplay(context);
        await this.#end(held, group, await this.#report(held));
      }
    } catch (error) {
      // Paused, cancelled, overtaken or stopped: whoever goes on finds what is stored.
      if (isAbort(error) || signal.aborted || isOvertaken(error)) {
        if (!(await held.isHeld().catch(() => true))) await group.remove().catch(() => undefined);
        return;
      }
      await this.#failed(held, group, error);
    }
  }

  async #end(held: HeldReplay, group: BoundedGroup, report: ReplayReport): Promise<void> {
    await group.remove();
    await held.finish(report);
  }

  async #report({ replay }: HeldReplay): Promise<ReplayReport> {
    return reportOf((await this.#replays.find(replay.id)) ?? replay, await this.#replays.outcomes(replay.id));
  }

  async #context(held: HeldReplay, group: BoundedGroup, signal: AbortSignal): Promise<RunContext> {
    const { parts } = this;
    const { replay } = held;
    const { connectionId, targetConnectionId, rate } = replay.request;
    await parts.connections.refresh(signal);
    const connection = parts.connections.get(targetConnectionId);
    const target = parts.targets.of(targetConnectionId);
    if (!connection || !target || connection.target === '' || !parts.connections.get(connectionId))
      throw withoutTarget();
    const plan = replay.plan ?? (await makePlan(parts, connectionId));
    if (replay.plan === null) await held.plan(plan);
    const route = { source: connectionId, target: targetConnectionId };
    const pace = new Pace(parts.database, target.id, rate, parts.environment.KLAVIYO_LIMIT_SCALE);
    const selector = new Selector(replay.request);
    return { parts, replay, held, plan, route, connection, target, selector, group, pace, signal };
  }

  /** What may pass is tried again a few times, from where it stands. */
  async #failed(held: HeldReplay, group: BoundedGroup, error: unknown): Promise<void> {
    const { id } = held.replay;
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    const passing = !isPortageError(error) || error.disposition === 'retry' || error.disposition === 'throttle';
    this.parts.logger.error({ err: describeError(error), replay: id }, 'a replay failed');
    if (passing && failures < TRIES) return;
    const reason = isPortageError(error)
      ? error.message
      : 'Something unexpected happened; the log of the loader says what.';
    await group.remove().catch(() => undefined);
    await held.fail(reason, await this.#report(held));
  }
}

const LOOK_MS = 1000;
const AT_ONCE = 2;
const TRIES = 5;
const WATCH_MS = 1000;

/** A command, or another process, ends the run. */
async function watch(held: HeldReplay, over: AbortController): Promise<void> {
  while (!over.signal.aborted) {
    await sleep(WATCH_MS, over.signal).catch(() => undefined);
    // A database that does not answer says nothing about the replay.
    if (!over.signal.aborted && !(await held.isHeld().catch(() => true))) over.abort();
  }
}

function isOvertaken(error: unknown): boolean {
  return isPortageError(error) && error.code === 'loader.replay_overtaken';
}
