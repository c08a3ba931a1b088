import { type Consumer } from 'kafkajs';

/** Tells the client which partitions of a topic to leave alone, whenever that has changed. */
export class Pauses {
  /** What the client was told last; null: whatever it was told under a former assignment. */
  private told: string | null = null;

  constructor(
    private readonly consumer: Pick<Consumer, 'pause' | 'resume'>,
    private readonly topic: string,
  ) {}

  /** Pauses survive a rebalance in the client. */
  forget(): void {
    this.told = null;
  }

  apply(partitions: readonly number[], isPaused: (partition: number) => boolean): void {
    const paused = partitions.filter(isPaused);
    if (this.told === String(paused)) return;
    this.told = String(paused);
    const active = partitions.filter((partition) => !paused.includes(partition));
    this.consumer.pause([{ topic: this.topic, partitions: paused }]);
    this.consumer.resume([{ topic: this.topic, partitions: active }]);
  }
}
