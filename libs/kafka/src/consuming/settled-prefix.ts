/** A delivered record, as far as settling is concerned. */
export interface Delivered {
  readonly offset: number;
  readonly bytes: number;
}

/** The prefix moved: every record in `[from, position)` that was delivered has an outcome, given in offset order. */
export interface PrefixMove<O> {
  readonly from: number;
  readonly position: number;
  readonly outcomes: readonly O[];
}

interface Entry<O> extends Delivered {
  /** Where the prefix stands once this entry is settled, too: after it, and after what was not delivered behind it. */
  next: number;
  settled: boolean;
  outcome: O | undefined;
}

/**
 * One partition's settled prefix. Offsets have gaps (compaction, transaction markers, aborted transactions), so it runs
 * over the records that were delivered: `take` says which those are and up to where nothing else was.
 *
 * Invariant 2: the position never passes a delivered record without an outcome.
 */
export class SettledPrefix<O> {
  private readonly entries: Entry<O>[] = [];
  private readonly open = new Map<number, Entry<O>>();
  private head = 0;
  private reached: number;

  /** `stored`: the position on record. Delivery continues at `next`, which is larger when records have expired unread. */
  constructor(
    private stored: number,
    public next = stored,
  ) {
    this.reached = next;
  }

  /** Everything from `next` up to `end` has been seen, and `records` is what there was to deliver, in order. */
  take(records: readonly Delivered[], end: number): void {
    for (const record of records) this.push(record);
    const last = this.entries.at(-1);
    if (this.unpassed > 0 && last) last.next = end;
    else this.reached = end;
    this.next = end;
  }

  /** The record, or null when it is not open (settled before, or never delivered). */
  settle(offset: number, outcome: O): Delivered | null {
    const entry = this.open.get(offset);
    if (entry === undefined) return null;
    this.open.delete(offset);
    entry.settled = true;
    entry.outcome = outcome;
    return entry;
  }

  /** What has become settled since the last call, or null when the prefix has not moved. */
  advance(): PrefixMove<O> | null {
    const outcomes: O[] = [];
    for (let entry = this.entries[this.head]; entry?.settled; entry = this.entries[++this.head]) {
      outcomes.push(entry.outcome as O);
      this.reached = entry.next;
    }
    this.forgetPassed();
    if (this.reached === this.stored) return null;
    const move = { from: this.stored, position: this.reached, outcomes };
    this.stored = this.reached;
    return move;
  }

  /** Records delivered and without an outcome. */
  get unsettled(): number {
    return this.open.size;
  }

  /** Records that the prefix has not passed, settled ones included. */
  get unpassed(): number {
    return this.entries.length - this.head;
  }

  private push({ offset, bytes }: Delivered): void {
    const entry: Entry<O> = { offset, bytes, next: offset + 1, settled: false, outcome: undefined };
    this.entries.push(entry);
    this.open.set(offset, entry);
  }

  private forgetPassed(): void {
    if (this.head < 1_024 && this.head < this.entries.length) return;
    this.entries.splice(0, this.head);
    this.head = 0;
  }
}
