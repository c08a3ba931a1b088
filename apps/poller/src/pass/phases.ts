import { type RunStore } from '../runs/run-store.js';
import { type Run } from '../runs/run.js';
import { type StreamStates } from '../states/stream-states.js';
import { type CallCounter } from './call-counter.js';
import { type Phase, PHASES } from './phase.js';

/** Leads a pass through its phases and keeps how long each took. */
export class Phases {
  constructor(
    private readonly runs: RunStore,
    private readonly states: StreamStates,
    private readonly run: Run,
    private readonly calls: CallCounter,
    private readonly onEnter: (phase: Phase) => void,
  ) {}

  async step(phase: Phase, work: () => Promise<void>): Promise<void> {
    if (PHASES.indexOf(phase) < PHASES.indexOf((this.run.phase ?? PHASES[0]) as Phase)) return;
    await this.runs.enterPhase(this.run.runId, phase);
    await this.states.enter(this.run, phase);
    this.onEnter(phase);
    const startedAt = performance.now();
    try {
      await work();
    } finally {
      const seconds = (performance.now() - startedAt) / 1000;
      await this.runs.add(this.run.runId, [{ kind: 'seconds', name: phase, value: seconds }, ...this.calls.drain()]);
    }
  }
}
