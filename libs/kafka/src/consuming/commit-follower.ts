/** Takes positions to commit, as Kafka's client wants them. */
export type CommitOffsets = (positions: ReadonlyMap<number, number>) => Promise<void>;

/**
 * Lets Kafka's committed offsets follow the stored positions: for lag and for operators, nothing is decided by them.
 * One commit at a time, each with the newest position of every partition; one that fails is tried again with the next.
 */
export class CommitFollower {
  private readonly wanted = new Map<number, number>();
  private running: Promise<void> | null = null;

  constructor(private readonly commitOffsets: CommitOffsets) {}

  want(partition: number, position: number): void {
    if (position > (this.wanted.get(partition) ?? -1)) this.wanted.set(partition, position);
  }

  /** Commits what is wanted. Rejects when it cannot; then everything is still wanted. */
  flush(): Promise<void> {
    this.running ??= this.commitWanted().finally(() => (this.running = null));
    return this.running;
  }

  /** Forgets everything: the partitions may be somebody else's now. */
  clear(): void {
    this.wanted.clear();
  }

  private async commitWanted(): Promise<void> {
    while (this.wanted.size > 0) {
      const positions = new Map(this.wanted);
      await this.commitOffsets(positions);
      for (const [partition, position] of positions) {
        if (this.wanted.get(partition) === position) this.wanted.delete(partition);
      }
    }
  }
}
