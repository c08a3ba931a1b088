import { type Advance } from './intake.js';
import { type Delivered, SettledPrefix } from './settled-prefix.js';

/** What a bounded reader has handed over: the settled prefix of each partition, as a consumer has them for its assignment. */
export class BoundedIntake<O> {
  private readonly prefixes = new Map<number, SettledPrefix<O>>();

  /** Starts a partition at a stored position. */
  begin(partition: number, position: number): void {
    this.prefixes.set(partition, new SettledPrefix<O>(position));
  }

  /** Records without an outcome. */
  get open(): number {
    return [...this.prefixes.values()].reduce((total, { unsettled }) => total + unsettled, 0);
  }

  take(partition: number, records: readonly Delivered[]): void {
    const last = records.at(-1);
    if (last) this.prefixes.get(partition)?.take(records, last.offset + 1);
  }

  settle(partition: number, outcomes: Iterable<readonly [offset: number, outcome: O]>): Advance<O> | null {
    const prefix = this.prefixes.get(partition);
    if (!prefix) return null;
    for (const [offset, outcome] of outcomes) prefix.settle(offset, outcome);
    const move = prefix.advance();
    return move === null ? null : { ...move, partition, generation: 1 };
  }
}
