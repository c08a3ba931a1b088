import { type BoundedGroup, type Offsets } from '@portage/kafka';
import { type Stream } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type LoaderParts } from '../loader-parts.js';
import { noOutcomes } from '../report/outcomes.js';
import { type Target } from '../targets/target.js';
import { type Route } from './origin.js';
import { type Pace } from './pace.js';
import { type Replay, type ReplayPlan, type StreamProgress } from './replay.js';
import { type HeldReplay } from './replays.repository.js';
import { type Selector } from './selector.js';

/** One replay as the process that runs it sees it. */
export interface RunContext {
  readonly parts: LoaderParts;
  readonly replay: Replay;
  readonly held: HeldReplay;
  readonly plan: ReplayPlan;
  readonly route: Route;
  readonly connection: Connection;
  readonly target: Target;
  readonly selector: Selector;
  readonly group: BoundedGroup;
  readonly pace: Pace;
  /** Aborts when the replay is paused or cancelled, when another process has taken over, and when the service stops. */
  readonly signal: AbortSignal;
}

const untouched: StreamProgress = {
  positions: {},
  finished: false,
  read: 0,
  leftOut: {},
  outcomes: noOutcomes,
};

export function progressOf({ progress }: Replay, stream: Stream): StreamProgress {
  return progress[stream] ?? untouched;
}

export function endsOf({ ends }: ReplayPlan, stream: Stream): Offsets {
  return offsetsOf(ends[stream]);
}

export function offsetsOf(positions: Readonly<Record<string, number>>): Offsets {
  return new Map(Object.entries(positions).map(([partition, offset]) => [Number(partition), offset]));
}
