import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { type Advance, BatchConsumer, type TakenBatch } from '@portage/kafka';
import { Leases } from '@portage/persistence';
import { Loop, sleep } from '@portage/platform';
import { type Activity, type Mark, type Topic } from '@portage/records';
import { CatchUps } from './catch-up/catch-ups.js';
import { Claims } from './claims/claims.js';
import { Engine } from './engine.js';
import { type ActivityOutcome, countActivities } from './events/activity-outcome.js';
import { forgetEvents } from './events/event-requests.js';
import { EventWindow } from './events/event-window.js';
import { openFinalLooks } from './final-look/final-looks.repository.js';
import { listsDueAnew } from './lists/lists.repository.js';
import { type KeptStream } from './load-batch.js';
import { type LoaderParts } from './loader-parts.js';
import { advanceGates } from './marks/gates.js';
import { Marks } from './marks/marks.js';
import { recordsTaken, windowRecords } from './metrics.js';
import { wakeByOptIn } from './people/opt-ins-ahead.js';
import { AdvanceQueue } from './positions/advance-queue.js';
import { Attendance } from './positions/attendance.js';
import { KeptStreamWindow } from './positions/kept-stream.js';
import { type Countable, Positions } from './positions/positions.js';
import { timingOf } from './timing.js';
import { transact } from './transact.js';

type AnyConsumer = BatchConsumer<Topic, never>;

/** One loader process: consumers, their windows, the engine, and the loops that keep them going. */
export class Loader {
  readonly consumers: AnyConsumer[] = [];
  readonly #positions: Positions;
  readonly #windows = new Map<KeptStream, { take(batch: TakenBatch<unknown>): Promise<void> }>();
  #events: EventWindow | undefined;
  readonly #marks: Marks;
  readonly #engine: Engine;
  readonly #catchUps: CatchUps;
  readonly #loops: Loop[] = [];
  readonly #stopSoon = new AbortController();
  readonly #settleLoops: Loop[] = [];
  /** Loops to wake when the engine has done something. */
  readonly #wakers: Loop[] = [];
  #optionsChanged = false;

  constructor(
    private readonly parts: LoaderParts,
    private readonly crash: (error: unknown) => void,
  ) {
    const { environment, database, targets, deadLetters, breakers, logger } = parts;
    const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
    const leaseMs = environment.LEASE_SECONDS * 1000;
    this.#positions = new Positions(database);
    const leases = new Leases(database, 'ledger.leases', owner, environment.LEASE_SECONDS);
    const claims = new Claims(database, owner, leaseMs, logger);
    this.#catchUps = new CatchUps(parts);
    this.#engine = new Engine({
      database,
      claims,
      leases,
      targets,
      deadLetters,
      breakers,
      timing: timingOf(environment),
      logger,
      onProgress: () => this.#wake(),
    });
    const stop = { soon: this.#stopSoon.signal, now: parts.stopNow.signal };
    const engine = this.#loop('engine', ENGINE_MS, () => this.#engine.turn(stop));
    this.#loops.push(engine);
    this.#loops.push(this.#loop('attendance', ENGINE_MS, () => claims.attend(stop)));
    this.#wakers.push(engine);
    this.#marks = this.#openMarks();
    for (const stream of environment.LOADER_STREAMS) {
      if (stream === 'activities') this.#events = this.#openActivities();
      else this.#openKept(stream);
    }
    this.#loops.push(
      this.#loop('connections', environment.CONNECTIONS_REFRESH_SECONDS * 1000, () => this.#refresh()),
      this.#loop('calls', CALLS_MS, () => parts.calls.flush()),
      this.#loop('breakers', BREAKERS_MS, () => breakers.turn()),
      this.#loop('opt-ins ahead', OPT_INS_MS, () => transact(database, wakeByOptIn)),
      this.#loop('events sent', EVENTS_MS, () => forgetEvents(database, timingOf(environment).landsWithinMs)),
    );
    parts.connections.onChange(() => (this.#optionsChanged = true));
  }

  start(): void {
    for (const loop of [...this.#loops, ...this.#settleLoops]) loop.start();
    this.#catchUps.start();
  }

  /** Resolves when the next batch may come. */
  async take(stream: KeptStream, batch: TakenBatch<unknown>): Promise<void> {
    await this.#windows.get(stream)?.take(batch);
  }

  takeActivities(batch: TakenBatch<Activity>): void {
    recordsTaken.labels('activities').inc(batch.records.length);
    this.#events?.take(batch);
  }

  takeMarks(batch: TakenBatch<Mark>): void {
    this.#marks.take(batch);
  }

  /** Begins nothing new, lets requests under way end within the budget, and stores what they brought. */
  async stop(budgetMs: number): Promise<void> {
    for (const consumer of this.consumers) consumer.stopTaking();
    this.#stopSoon.abort();
    const catchUps = this.#catchUps.stop();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    const deadline = new AbortController();
    const cut = sleep(budgetMs, deadline.signal).then(
      () => this.parts.stopNow.abort(),
      () => undefined,
    );
    await this.#engine.drain();
    await this.#events?.drain();
    await catchUps;
    deadline.abort();
    await cut;
    await Promise.all(this.#settleLoops.map((loop) => loop.stop()));
    this.parts.stopNow.abort();
  }

  get #lingerMs(): number {
    return this.parts.environment.LOADER_LINGER_SECONDS * 1000;
  }

  #openKept<S extends KeptStream>(stream: S): void {
    const { database, cluster, connections, deadLetters, targets, breakers, environment } = this.parts;
    const advances: AdvanceQueue<null> = this.#advances<null>(stream, () => consumer);
    const window = new KeptStreamWindow<S>({
      stream,
      topicName: cluster.topicName(stream),
      database,
      load: { database, connections, deadLetters, lingerMs: this.#lingerMs },
      obstacles: { targets, breakers },
      positions: this.#positions,
      advances,
      consumer: () => consumer,
      windowRows: environment.LOADER_WINDOW_RECORDS,
      onQueued: () => intake.wake(),
    });
    const consumer: BatchConsumer<S, null> = this.#consumer<S, null>(stream, advances, () => window.revoked());
    const intake = this.#loop(`${stream} intake`, SETTLE_MS, () => window.intakeTurn());
    const attendance = this.#attendance(() => consumer);
    const settle = this.#loop(`${stream} settle`, SETTLE_MS, async () => {
      const next = await window.settleTurn();
      attendance.say(() => window.oldest());
      return next;
    });
    this.#loops.push(intake);
    this.#settleLoops.push(settle);
    this.#wakers.push(settle);
    this.#windows.set(stream, window);
  }

  #openActivities(): EventWindow {
    const { cluster, targets, breakers, environment } = this.parts;
    const topic = cluster.topicName('activities');
    const advances: AdvanceQueue<ActivityOutcome> = this.#advances<ActivityOutcome>(
      'activities',
      () => consumer,
      (queries, partition, outcomes) => countActivities(queries, topic, partition, outcomes),
    );
    const window = new EventWindow({
      ...this.parts,
      advances,
      consumer: () => consumer,
      parking: {
        obstacles: { targets, breakers },
        isCrowded: () => consumer.load.rows * 2 > environment.LOADER_WINDOW_RECORDS,
      },
      lingerMs: this.#lingerMs,
      onQueued: () => loop.wake(),
    });
    const consumer: BatchConsumer<'activities', ActivityOutcome> = this.#consumer('activities', advances, () =>
      window.revoked(),
    );
    const attendance = this.#attendance(() => consumer);
    const loop = this.#loop('activities', SETTLE_MS, async () => {
      const next = await window.turn(this.parts.stopNow.signal);
      attendance.say(() => window.oldest());
      windowRecords.labels('activities').set(consumer.load.rows);
      return next;
    });
    this.#loops.push(loop);
    return window;
  }

  #openMarks(): Marks {
    const { database, cluster, connections } = this.parts;
    const advances: AdvanceQueue<null> = this.#advances<null>('marks', () => consumer);
    const marks = new Marks({
      database,
      advances,
      consumer: () => consumer,
      topicName: (stream) => cluster.topicName(stream),
      onQueued: () => loop.wake(),
    });
    const consumer: BatchConsumer<'marks', null> = this.#consumer('marks', advances, () => marks.revoked());
    const loop = this.#loop('marks', MARKS_MS, async () => {
      await marks.turn();
      const working = connections.all().filter((connection) => connection.working);
      const opened = await advanceGates(
        database,
        working.map(({ id }) => id),
      );
      await openFinalLooks(database, working);
      if (opened.length > 0) this.#wake();
    });
    this.#loops.push(loop);
    return marks;
  }

  #advances<O extends Countable | null>(
    topic: Topic,
    consumer: () => { commit(advance: Advance<O>): void },
    also?: ConstructorParameters<typeof AdvanceQueue<O>>[0]['also'],
  ): AdvanceQueue<O> {
    return new AdvanceQueue<O>({
      positions: this.#positions,
      topicName: this.parts.cluster.topicName(topic),
      consumer,
      ...(also ? { also } : {}),
    });
  }

  #attendance(consumer: ConstructorParameters<typeof Attendance>[0]['consumer']): Attendance {
    return new Attendance({ consumer, everyMs: (this.parts.environment.LAG_PERIOD_SECONDS * 1000) / 2 });
  }

  #consumer<T extends Topic, O extends Countable | null>(
    topic: T,
    advances: AdvanceQueue<O>,
    onRevoked: () => void,
  ): BatchConsumer<T, O> {
    const { cluster, registry, environment } = this.parts;
    const consumer = new BatchConsumer<T, O>({
      cluster,
      registry,
      topic,
      groupId: `${environment.TOPIC_PREFIX}.loader.${topic}`,
      window: { rows: environment.LOADER_WINDOW_RECORDS, bytes: WINDOW_BYTES },
      positions: (partitions) => this.#positions.read(cluster.topicName(topic), partitions),
      onAdvance: (advance) => advances.add(advance),
      onRevoked,
      onCrash: (error) => this.crash(error),
    });
    this.consumers.push(consumer as unknown as AnyConsumer);
    return consumer;
  }

  #loop(name: string, everyMs: number, turn: (signal: AbortSignal) => Promise<'again' | 'rest' | void>): Loop {
    const { logger } = this.parts;
    return new Loop({ name, everyMs, logger, turn: async (signal) => (await turn(signal)) ?? 'rest' });
  }

  #wake(): void {
    for (const loop of this.#wakers) loop.wake();
  }

  async #refresh(): Promise<void> {
    await this.parts.connections.refresh(this.#stopSoon.signal);
    for (const target of this.parts.targets.all()) await target.reconsider();
    if (!this.#optionsChanged) return;
    this.#optionsChanged = false;
    const ids = this.parts.connections.all().map(({ id }) => id);
    await listsDueAnew(this.parts.database, ids).catch((error: unknown) => {
      this.#optionsChanged = true;
      throw error;
    });
  }
}

const ENGINE_MS = 250;
const SETTLE_MS = 500;
const MARKS_MS = 1000;
const CALLS_MS = 2000;
const BREAKERS_MS = 2000;
const OPT_INS_MS = 5000;
const EVENTS_MS = 60_000;
const WINDOW_BYTES = 256 * 1024 * 1024;
