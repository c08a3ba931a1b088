import { type EachBatchPayload } from 'kafkajs';
import { describeError, dispositionOf, isAbort, isPortageError, PortageError, sleep } from '@portage/platform';
import { type Topic, type Values } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { attendedNote } from './consuming/attendance.js';
import { CommitFollower } from './consuming/commit-follower.js';
import { type Advance, Intake, type WindowLimits } from './consuming/intake.js';
import { EndWatch } from './consuming/end-watch.js';
import { GroupMember, nextToDeliver } from './consuming/group-member.js';
import { placementOf } from './consuming/placement.js';
import { type TakenBatch, takenRecord } from './consuming/taken.js';
import { kafkaError, named } from './errors.js';
import { offsetRanges, type Offsets } from './offsets.js';
import { RecordReader } from './record-reader.js';
import { type SchemaRegistry } from './registry.js';

export interface BatchConsumerOptions<T extends Topic, O> {
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
  readonly topic: T;
  readonly groupId: string;
  readonly window: WindowLimits;
  /** The stored positions of these partitions; absent ones have never been stored. Asked on every assignment. */
  readonly positions: (partitions: readonly number[]) => Promise<Offsets>;
  /** The prefix moved over offsets that hold no record (markers, gaps): to be stored like the result of `settle`. */
  readonly onAdvance: (advance: Advance<O>) => void;
  /** Everything taken under this generation is void: it will be taken again, here or elsewhere. */
  readonly onRevoked: (generation: number) => void;
  /** The consumer cannot go on; the process has to end. Called once. */
  readonly onCrash: (error: PortageError) => void;
}

export type BatchHandler<V> = (batch: TakenBatch<V>) => Promise<void> | void;

const HOLD_MS = 1_000;

/**
 * Takes the records of one topic as a member of a consumer group. Taken, settled and committed are three things:
 * the handler gets decoded batches and returns soon; outcomes come later, in any order, through `settle`, which answers
 * how far the settled prefix has moved; the caller stores that position with the outcomes and then calls `commit`.
 * The stored position is the truth: reading starts from it, whatever Kafka has committed.
 *
 * What is taken and unsettled is bounded by the window; when it is full, partitions pause. After a rebalance the window
 * is empty and everything of the former generation is void. Store an advance only where the stored position still is
 * its `from`: then two members that both believe to own a partition cannot both store.
 */
export class BatchConsumer<T extends Topic, O> {
  private readonly member: GroupMember;
  private readonly reader: RecordReader<T>;
  private readonly topicName: string;
  private readonly stopping = new AbortController();
  private readonly commits: CommitFollower;
  private readonly ends: EndWatch;
  private handler: BatchHandler<Values[T]> = () => undefined;
  private generation = 0;
  private intake: Intake<O> | null = null;
  /** The batch that the handler is taking at this moment begins here. */
  private handing: { readonly partition: number; readonly from: number } | null = null;
  private taking = true;

  constructor(private readonly options: BatchConsumerOptions<T, O>) {
    const { cluster, topic, registry, groupId } = options;
    this.topicName = cluster.topicName(topic);
    this.reader = new RecordReader(topic, registry);
    this.member = new GroupMember(cluster, groupId, this.topicName);
    this.ends = new EndWatch(cluster, topic);
    this.commits = new CommitFollower((commits) => this.member.commit(commits));
  }

  get topic(): T {
    return this.options.topic;
  }

  /** Records without an outcome, and their size; for metrics. */
  get load(): WindowLimits {
    return this.intake?.load ?? { rows: 0, bytes: 0 };
  }

  /** The partitions that are ours now; null while the group rebalances. */
  get assignment(): { readonly generation: number; readonly partitions: readonly number[] } | null {
    return this.intake && { generation: this.intake.generation, partitions: this.intake.partitions };
  }

  /** Per partition of ours: everything below has been taken by the handler, or held no record. */
  get reached(): Offsets {
    const reached = new Map(this.intake?.positions);
    const { handing } = this;
    return handing && reached.has(handing.partition) ? reached.set(handing.partition, handing.from) : reached;
  }

  /** Joins the group. Throws `kafka.unreachable` or `kafka.topic_missing`. A handler that throws is a bug and a crash. */
  async start(handler: BatchHandler<Values[T]>): Promise<void> {
    this.handler = handler;
    this.listen();
    try {
      await this.member.run((payload) => this.take(payload));
    } catch (error) {
      throw kafkaError(error);
    }
  }

  /** Takes nothing more, but stays a member, so that what was taken can still be settled and committed. */
  stopTaking(): void {
    this.taking = false;
    this.applyPauses();
  }

  /** Leaves the group. Commits what was asked for before. */
  async stop(): Promise<void> {
    this.stopTaking();
    await this.commits.flush().catch(() => undefined);
    this.stopping.abort();
    this.revoke();
    await this.member.leave();
  }

  /** No more batches of this partition until `release`. */
  hold(partition: number): void {
    this.intake?.hold(partition, 'caller');
    this.applyPauses();
  }

  release(partition: number): void {
    this.intake?.release(partition, 'caller');
    this.applyPauses();
  }

  /**
   * Records outcomes, in any order; one that was recorded before or belongs to a former generation is ignored. Answers
   * how far the settled prefix moved, or null when it did not.
   */
  settle(
    of: { readonly generation: number; readonly partition: number },
    outcomes: Iterable<readonly [offset: number, outcome: O]>,
  ): Advance<O> | null {
    if (this.intake?.generation !== of.generation) return null;
    const advance = this.intake.settle(of.partition, outcomes);
    this.applyPauses();
    return advance;
  }

  /**
   * Invariant 2: To be called when the advance is stored. Kafka's commit follows soon, for a partition of the present
   * generation only: Kafka itself would take a late commit from a member that no longer owns the partition.
   */
  commit({ generation, partition, position }: Pick<Advance<O>, 'generation' | 'partition' | 'position'>): void {
    if (this.intake?.generation !== generation || this.intake.next(partition) === null) return;
    this.commits.want(partition, position);
    this.followUp();
  }

  /**
   * Says beside Kafka's commits that these partitions are looked after, though their positions do not move.
   *
   * @param isAttended  whether one is; `hasRoom` is false where nothing more is taken because so much waits already
   */
  attend(isAttended: (partition: number, hasRoom: boolean) => boolean): void {
    const { intake } = this;
    if (!intake) return;
    const note = attendedNote(Date.now());
    for (const partition of intake.partitions)
      if (isAttended(partition, intake.hasRoom(partition))) this.commits.remark(partition, note);
    this.followUp();
  }

  private listen(): void {
    const { GROUP_JOIN, REBALANCING, CRASH, END_BATCH_PROCESS, FETCH } = this.member.consumer.events;
    this.member.consumer.on(GROUP_JOIN, ({ payload }) =>
      this.guarded(() => this.joined(payload.memberAssignment[this.topicName] ?? [])),
    );
    this.member.consumer.on(REBALANCING, () => this.guarded(() => this.revoke()));
    this.member.consumer.on(CRASH, ({ payload }) => {
      this.guarded(() => this.revoke());
      if (!payload.restart) this.crash(payload.error);
    });
    this.member.consumer.on(END_BATCH_PROCESS, ({ payload: { batchSize, partition, firstOffset, lastOffset } }) => {
      if (batchSize === 0) this.guarded(() => this.passMarkers(partition, firstOffset, lastOffset));
    });
    this.member.consumer.on(FETCH, () => {
      this.followUp();
      void this.lookAtQuiet();
    });
  }

  /** Nothing may escape into the client, which would retry or die by rules of its own. */
  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.crash(error);
    }
  }

  private revoke(): void {
    const former = this.intake;
    this.intake = null;
    this.commits.clear();
    this.ends.reset();
    if (former) this.options.onRevoked(former.generation);
  }

  private joined(partitions: readonly number[]): void {
    this.revoke();
    this.generation++;
    if (partitions.length === 0) return;
    this.member.pauseAll(partitions);
    void this.place(this.generation, partitions);
  }

  private async place(generation: number, partitions: readonly number[]): Promise<void> {
    while (generation === this.generation && !this.stopping.signal.aborted) {
      try {
        const stored = await this.options.positions(partitions);
        const ranges = await offsetRanges(this.options.cluster, this.options.topic);
        if (generation === this.generation && !this.stopping.signal.aborted) this.begin(partitions, stored, ranges);
        return;
      } catch (error) {
        if (dispositionOf(error) !== 'retry') return this.crash(error);
        this.options.cluster.log.warn(describeError(error), 'stored positions are not to be had; trying again');
        await this.pause();
      }
    }
  }

  private begin(
    partitions: readonly number[],
    stored: Offsets,
    ranges: Awaited<ReturnType<typeof offsetRanges>>,
  ): void {
    const intake = new Intake<O>(this.generation, this.options.window);
    const advances = partitions.map((partition) => {
      const position = stored.get(partition) ?? 0;
      const range = ranges.get(partition) ?? { start: 0, end: 0 };
      const next = placementOf(this.topicName, partition, position, range);
      this.ends.seen(partition);
      this.commits.begin(partition, position);
      this.member.seek(partition, next);
      return intake.assign(partition, position, next);
    });
    this.intake = intake;
    for (const advance of advances) this.announce(advance);
    this.applyPauses();
  }

  /** Runs once per fetched batch, with at least one record in it. What is not resolved here is fetched again. */
  private async take(payload: EachBatchPayload): Promise<void> {
    const { partition } = payload.batch;
    const intake = this.intake;
    if (!intake || payload.isStale() || this.isPaused(partition)) return;
    let batch: TakenBatch<Values[T]> | null = null;
    try {
      if (this.continues(intake, payload)) batch = await this.decoded(intake.generation, payload);
      else await this.lookAt(intake, partition);
    } catch (error) {
      this.holdBack(intake, partition, error);
    }
    if (batch === null || intake !== this.intake) return;
    this.handing = { partition, from: intake.next(partition) ?? 0 };
    this.guarded(() => this.accept(intake, payload, batch));
    await this.handOver(batch);
    this.handing = null;
  }

  private async decoded(generation: number, { batch }: EachBatchPayload): Promise<TakenBatch<Values[T]>> {
    const { partition, messages } = batch;
    await this.reader.learn(messages.map((message) => message.value));
    const records = messages.map((message) => takenRecord(this.reader, message));
    return { topic: this.topicName, partition, generation, records };
  }

  private accept(intake: Intake<O>, payload: EachBatchPayload, { partition, records }: TakenBatch<Values[T]>): void {
    const last = payload.batch.lastOffset();
    const advance = intake.take(partition, records, Number(last) + 1);
    payload.resolveOffset(payload.batch.messages.at(-1)?.offset ?? last);
    this.ends.seen(partition);
    this.announce(advance);
    this.applyPauses();
  }

  /** Whatever the handler throws: it has taken the batch over, so nobody else will ever settle it. */
  private async handOver(batch: TakenBatch<Values[T]>): Promise<void> {
    try {
      await this.handler(batch);
    } catch (error) {
      this.crash(error);
    }
  }

  /** Nothing was skipped between what was taken last and this batch: it was fetched, or begins, exactly there. */
  private continues(intake: Intake<O>, { batch }: EachBatchPayload): boolean {
    const next = intake.next(batch.partition);
    const { fetchedOffset } = batch as unknown as { readonly fetchedOffset: string };
    return Number(fetchedOffset) === next || Number(batch.firstOffset()) === next;
  }

  /** The client passes over a batch of nothing but markers and aborted records without showing it. */
  private passMarkers(partition: number, firstOffset: string, lastOffset: string): void {
    if (!this.intake || this.intake.next(partition) !== Number(firstOffset)) return;
    this.ends.seen(partition);
    this.announce(this.intake.take(partition, [], Number(lastOffset) + 1));
  }

  private async lookAtQuiet(): Promise<void> {
    const { intake } = this;
    if (!intake) return;
    try {
      for (const partition of await this.ends.quiet(new Map(intake.positions))) {
        if (intake === this.intake && !this.isPaused(partition)) await this.lookAt(intake, partition);
      }
    } catch (error) {
      if (dispositionOf(named(error)) !== 'retry') return this.crash(error);
      this.options.cluster.log.debug(describeError(error), 'ends of partitions are not to be had');
    }
  }

  /** Finds out with certainty what comes next in a partition, and has the client continue there. */
  private async lookAt(intake: Intake<O>, partition: number): Promise<void> {
    const asked = intake.next(partition);
    if (asked === null) return;
    const next = await nextToDeliver(this.options.cluster, this.options.topic, partition, asked);
    // Only if nothing has been taken in the meantime: the batch may just have been late.
    if (intake !== this.intake || intake.next(partition) !== asked) return;
    if (next > asked) this.announce(intake.take(partition, [], next));
    this.member.seek(partition, next);
  }

  private holdBack(intake: Intake<O>, partition: number, error: unknown): void {
    const known = named(error);
    if (dispositionOf(known) !== 'retry') return this.crash(known);
    this.options.cluster.log.warn({ partition, ...describeError(known) }, 'a partition is held back for a moment');
    intake.hold(partition, 'client');
    this.applyPauses();
    void this.pause().then(() => {
      intake.release(partition, 'client');
      this.applyPauses();
    });
  }

  private isPaused(partition: number): boolean {
    return !this.taking || this.intake === null || this.intake.isPaused(partition);
  }

  private applyPauses(): void {
    if (this.intake) this.member.pause(this.intake.partitions, (partition) => this.isPaused(partition));
  }

  private announce(advance: Advance<O> | null): void {
    if (advance) this.options.onAdvance(advance);
  }

  private followUp(): void {
    this.commits.flush().catch((error: unknown) => {
      this.options.cluster.log.debug(describeError(kafkaError(error)), 'a commit has to wait');
    });
  }

  private async pause(): Promise<void> {
    await sleep(HOLD_MS, this.stopping.signal).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }

  private crash(cause: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.guarded(() => this.stopTaking());
    const known = isPortageError(cause) && cause.disposition === 'halt' ? cause : null;
    const message = `The consumer of ${this.topicName} cannot go on.`;
    this.options.onCrash(
      known ?? new PortageError({ code: 'kafka.consumer_crashed', disposition: 'halt', message, cause }),
    );
  }
}
