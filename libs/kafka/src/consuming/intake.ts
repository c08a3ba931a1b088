import { type Delivered, type PrefixMove, SettledPrefix } from './settled-prefix.js';

/** How much may be taken and unsettled at a time, over all partitions. */
export interface WindowLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** A move of one partition's settled prefix, under the assignment that it was made in. */
export interface Advance<O> extends PrefixMove<O> {
  readonly generation: number;
  readonly partition: number;
}

/** Why a partition is not fetched. */
type HoldReason = 'caller' | 'client';

/** A partition may run ahead of a record that waits, but not for ever: so many windows, at most. */
const MAX_WINDOWS_AHEAD = 4;

/** Everything taken under one assignment of partitions. Dropped as a whole when the group rebalances. */
export class Intake<O> {
  private readonly prefixes = new Map<number, SettledPrefix<O>>();
  private readonly holds = new Map<number, Set<HoldReason>>();
  private rows = 0;
  private bytes = 0;
  private full = false;

  constructor(
    readonly generation: number,
    private readonly limits: WindowLimits,
  ) {}

  get partitions(): readonly number[] {
    return [...this.prefixes.keys()];
  }

  /** Where delivery continues in each of them. */
  get positions(): ReadonlyMap<number, number> {
    return new Map([...this.prefixes].map(([partition, { next }]) => [partition, next]));
  }

  /** Records without an outcome, and their size. */
  get load(): WindowLimits {
    return { rows: this.rows, bytes: this.bytes };
  }

  /** Starts a partition. The advance is what was lost between the stored position and `next`, or null. */
  assign(partition: number, stored: number, next: number): Advance<O> | null {
    const prefix = new SettledPrefix<O>(stored, next);
    this.prefixes.set(partition, prefix);
    return this.named(partition, prefix.advance());
  }

  /** Where delivery continues; null when the partition is not ours. */
  next(partition: number): number | null {
    return this.prefixes.get(partition)?.next ?? null;
  }

  /** Everything up to `end` has been seen. Moves the prefix when there was nothing to deliver and nothing is open. */
  take(partition: number, records: readonly Delivered[], end: number): Advance<O> | null {
    const prefix = this.prefixes.get(partition);
    if (!prefix) return null;
    prefix.take(records, end);
    this.rows += records.length;
    for (const { bytes } of records) this.bytes += bytes;
    this.measure();
    return this.named(partition, prefix.advance());
  }

  settle(partition: number, outcomes: Iterable<readonly [offset: number, outcome: O]>): Advance<O> | null {
    const prefix = this.prefixes.get(partition);
    if (!prefix) return null;
    for (const [offset, outcome] of outcomes) {
      const record = prefix.settle(offset, outcome);
      if (record === null) continue;
      this.rows--;
      this.bytes -= record.bytes;
    }
    this.measure();
    return this.named(partition, prefix.advance());
  }

  hold(partition: number, reason: HoldReason): void {
    const reasons = this.holds.get(partition) ?? new Set();
    this.holds.set(partition, reasons.add(reason));
  }

  release(partition: number, reason: HoldReason): void {
    this.holds.get(partition)?.delete(reason);
  }

  isPaused(partition: number): boolean {
    const held = this.holds.get(partition)?.size ?? 0;
    return held > 0 || !this.hasRoom(partition);
  }

  /** More of the partition may be taken. */
  hasRoom(partition: number): boolean {
    const ahead = this.prefixes.get(partition)?.unpassed ?? 0;
    return !this.full && ahead < this.limits.rows * MAX_WINDOWS_AHEAD;
  }

  /** Full at the limits, and not before half of it is free again: pausing costs a fetch. */
  private measure(): void {
    const share = Math.max(this.rows / this.limits.rows, this.bytes / this.limits.bytes);
    this.full = this.full ? share > 0.5 : share >= 1;
  }

  private named(partition: number, move: PrefixMove<O> | null): Advance<O> | null {
    return move === null ? null : { ...move, partition, generation: this.generation };
  }
}
