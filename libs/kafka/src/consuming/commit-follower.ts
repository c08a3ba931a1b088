/** A position, and what is said beside it. */
export interface Commit {
  readonly position: number;
  readonly note: string;
}

/** Takes what is to be committed, as Kafka's client wants it. */
export type CommitOffsets = (commits: ReadonlyMap<number, Commit>) => Promise<void>;

/**
 * Lets Kafka's committed offsets follow the stored positions: for lag and for operators, nothing is decided by them.
 * One commit at a time, each with the newest position of every partition; one that fails is tried again with the next.
 */
export class CommitFollower {
  private readonly positions = new Map<number, number>();
  private readonly wanted = new Map<number, Commit>();
  private running: Promise<void> | null = null;

  constructor(private readonly commitOffsets: CommitOffsets) {}

  /** The position is stored, and committed perhaps. */
  begin(partition: number, position: number): void {
    this.positions.set(partition, position);
  }

  want(partition: number, position: number): void {
    if (position <= (this.wanted.get(partition)?.position ?? -1)) return;
    this.begin(partition, position);
    this.wanted.set(partition, { position, note: '' });
  }

  /** The position is committed once more, to say something. */
  remark(partition: number, note: string): void {
    const position = this.positions.get(partition);
    if (position !== undefined) this.wanted.set(partition, { position, note });
  }

  /** Commits what is wanted. Rejects when it cannot; then everything is still wanted. */
  flush(): Promise<void> {
    this.running ??= this.commitWanted().finally(() => (this.running = null));
    return this.running;
  }

  /** Forgets everything: the partitions may be somebody else's now. */
  clear(): void {
    this.positions.clear();
    this.wanted.clear();
  }

  private async commitWanted(): Promise<void> {
    while (this.wanted.size > 0) {
      const commits = new Map(this.wanted);
      await this.commitOffsets(commits);
      for (const [partition, commit] of commits) {
        if (this.wanted.get(partition) === commit) this.wanted.delete(partition);
      }
    }
  }
}
