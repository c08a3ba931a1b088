import { type Outgoing } from '@portage/kafka';
import { type Database } from '@portage/persistence';
import { type Logger } from '@portage/platform';
import { type Stream } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type Change, type Origin, publishedCounts } from '../pages/change.js';
import { type PagePublisher } from '../pages/page-publisher.js';
import { type Effects } from '../pages/page.js';
import { type RecordState } from '../pages/record-state.js';
import { type RunStore } from '../runs/run-store.js';
import { type Run } from '../runs/run.js';
import { type StreamState } from '../states/stream-state.js';
import { type StreamStates } from '../states/stream-states.js';
import { type CallCounter } from './call-counter.js';
import { type Source } from './source.js';

export interface PassParts {
  readonly connection: Connection;
  readonly run: Run;
  readonly source: Source;
  readonly pages: PagePublisher;
  readonly runs: RunStore;
  readonly states: StreamStates;
  readonly database: Database;
  readonly calls: CallCounter;
  readonly settings: PassSettings;
  readonly ends: (stream: Stream) => Promise<readonly number[]>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export interface PassSettings {
  readonly callsPerDay: number;
  /** Deltas reach back this far before the last one: the vendor's index lags and its filter's edge is not documented. */
  readonly overlapMs: number;
  /** The cursor stays this far behind now. */
  readonly cursorLagMs: number;
}

/** Everything that one step publishes and keeps. */
export interface Step {
  readonly observedAt: number;
  readonly changes?: readonly Change[];
  readonly outgoing?: readonly Outgoing[];
  /** What is to be kept of `outgoing`. */
  readonly states?: readonly RecordState[];
  readonly effects?: Effects;
  /** Called once everything published is in Kafka: from then on, what comes next may be read. */
  readonly onDurable?: (() => void) | undefined;
}

/** One pass at work: the parts that every phase uses, and how a page is finished. */
export class Pass {
  readonly connection: Connection;
  readonly run: Run;
  readonly source: Source;
  readonly database: Database;
  readonly settings: PassSettings;
  readonly signal: AbortSignal;
  readonly log: Logger;

  constructor(private readonly parts: PassParts) {
    this.connection = parts.connection;
    this.run = parts.run;
    this.source = parts.source;
    this.database = parts.database;
    this.settings = parts.settings;
    this.signal = parts.signal;
    this.log = parts.log;
  }

  get connectionId(): string {
    return this.connection.id;
  }

  origin(observedAt: number): Origin {
    const { runId, first, republish } = this.run;
    const accountId = this.connection.constantContact.accountId ?? '';
    return { connectionId: this.connectionId, accountId, runId, observedAt, first, republish };
  }

  /** Invariant 1: what `step.effects` says holds only after Kafka has acknowledged everything the step publishes. */
  async publish(step: Step): Promise<void> {
    const { changes = [], outgoing = [], states = [], effects = {}, observedAt, onDurable } = step;
    await this.parts.pages.publish(
      this.run.runId,
      {
        observedAt,
        records: [...changes.map((change) => change.outgoing), ...outgoing],
        states: [...changes.map((change) => change.state), ...states],
        effects: {
          ...effects,
          published: [...publishedCounts(changes), ...(effects.published ?? [])],
        },
      },
      this.parts.calls.drain(),
      onDurable,
    );
  }

  /** Writes down the calls made so far. To be done before what they brought is, so that a forecast never misses any. */
  async countCalls(): Promise<void> {
    await this.parts.runs.add(this.run.runId, this.parts.calls.drain());
  }

  /** Where the phase stands, as its last page left it. */
  async progress<T>(phase: string): Promise<T | undefined> {
    return (await this.parts.runs.progress(this.run.runId, phase)) as T | undefined;
  }

  /** Says what is being read of streams. */
  async reading(streams: readonly Stream[], state: StreamState): Promise<void> {
    await this.parts.states.reading(this.run, streams, state);
  }

  /** End offsets of a stream's topic by partition number. */
  async ends(stream: Stream): Promise<readonly number[]> {
    return this.parts.ends(stream);
  }
}
