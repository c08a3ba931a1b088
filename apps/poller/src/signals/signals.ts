import { randomUUID } from 'node:crypto';
import { type Queries } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { type SourceCounts } from '../connections/source-counts.js';
import { PHASES, type Phase } from '../pass/phase.js';
import { type PollerParts } from '../poller-parts.js';
import { RunQueue, type RunWishes } from '../runs/run-queue.js';
import { type RequestedRun } from '../runs/run-queue.js';
import { StreamStates } from '../states/stream-states.js';
import { type Signal, type SignalRequest } from './signal.js';
import { SignalStore } from './signal-store.js';

export interface GivenSignal {
  readonly signal: Signal;
  /** Of a pass. */
  readonly run: RequestedRun | null;
}

const STOPPED = 'Stopped by a signal.';

/** Gives signals: what they change is in PostgreSQL with them or not at all, and every replica acts on it at its next turn. */
export class Signals {
  constructor(
    private readonly parts: PollerParts,
    private readonly source: SourceCounts,
  ) {}

  /**
   * @param by  who asks, for the record
   * @throws PortageError `poller.unknown_connection` (skip), `poller.inactive_connection` or `poller.paused` (reauthorize)
   */
  async give(connectionId: string, asked: SignalRequest, by: string): Promise<GivenSignal> {
    if (opensPass(asked)) await this.#mustBeRead(connectionId);
    else await this.source.mustExist(connectionId);
    const signalId = randomUUID();
    const run = await this.parts.database.transaction(async (queries) => {
      const { kind, ...wishes } = asked;
      const requested = opensPass(asked)
        ? await new RunQueue(queries).request(connectionId, 'request', wishesOf(asked))
        : null;
      const result = requested ? null : await carryOut(queries, connectionId, kind);
      await new SignalStore(queries).add({
        ...{ signalId, connectionId, kind, asked: wishes, result, requestedBy: by },
        runId: requested?.runId ?? null,
      });
      return requested;
    });
    const store = new SignalStore(this.parts.database);
    // Where nothing is under way there is nothing to wait for.
    await store.settle();
    const signal = await store.find(signalId);
    if (!signal) throw new Error('A signal that was just stored is gone.');
    return { signal, run };
  }

  async #mustBeRead(connectionId: string): Promise<void> {
    await this.source.mustBeActive(connectionId);
    if (!(await new SignalStore(this.parts.database).paused()).has(connectionId)) return;
    throw new PortageError({
      code: 'poller.paused',
      disposition: 'reauthorize',
      message: 'The reading of this connection is paused: resume it first.',
    });
  }
}

type PassRequest = Extract<SignalRequest, { kind: 'sync' | 'snapshot' | 'sweep' }>;

function opensPass(asked: SignalRequest): asked is PassRequest {
  return asked.kind === 'sync' || asked.kind === 'snapshot' || asked.kind === 'sweep';
}

function wishesOf(asked: PassRequest): RunWishes {
  const { kind, republish } = asked;
  if (kind !== 'snapshot') return { republish, sweep: kind === 'sweep' };
  const { lists, since } = asked;
  const scope = { ...(lists ? { lists } : {}), ...(since ? { since: Date.parse(since) } : {}) };
  return { republish, scope, snapshot: !lists && !since };
}

/** @returns what it came to, in a sentence */
async function carryOut(queries: Queries, connectionId: string, kind: SignalRequest['kind']): Promise<string> {
  const store = new SignalStore(queries);
  if (kind === 'pause') {
    await store.pause(connectionId);
    return 'Nothing is read until it is resumed.';
  }
  if (kind === 'resume') return (await store.resume(connectionId)) ? 'Reading goes on.' : 'It was not paused.';
  const stopped = await new RunQueue(queries).stop(connectionId, STOPPED);
  const states = new StreamStates(queries);
  for (const run of stopped) await states.leave(run, (run.phase ?? PHASES[0]) as Phase, 'idle', STOPPED);
  return stopped.length === 0 ? 'No pass was open.' : `Passes stopped: ${stopped.length}.`;
}
