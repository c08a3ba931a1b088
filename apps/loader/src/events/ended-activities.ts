import { type Advance, type BatchConsumer } from '@portage/kafka';
import { type ActivityOutcome } from './activity-outcome.js';

/** Where an activity was taken, and under which assignment. */
export interface Place {
  readonly partition: number;
  readonly generation: number;
  readonly offset: number;
}

interface Ended extends Omit<Place, 'offset'> {
  readonly outcome: ActivityOutcome;
}

/** Fates that are known and not yet handed to the consumer: moving a settled prefix costs per call, not per record. */
export class EndedActivities {
  #ended: Ended[] = [];

  get count(): number {
    return this.#ended.length;
  }

  add({ partition, generation, offset }: Place, counted: ActivityOutcome['counted']): void {
    this.#ended.push({ partition, generation, outcome: { offset, counted } });
  }

  clear(): void {
    this.#ended = [];
  }

  /** Hands everything over, by partition; answers how far the settled prefixes moved. */
  settle(consumer: Pick<BatchConsumer<'activities', ActivityOutcome>, 'settle'>): Advance<ActivityOutcome>[] {
    const places = new Map<string, Ended[]>();
    for (const each of this.#ended) {
      const place = `${each.generation} ${each.partition}`;
      const group = places.get(place);
      if (group) group.push(each);
      else places.set(place, [each]);
    }
    this.#ended = [];
    return [...places.values()].flatMap((group) => {
      const [of] = group;
      const outcomes = group.map(({ outcome }) => [outcome.offset, outcome] as const);
      const advance = of ? consumer.settle(of, outcomes) : null;
      return advance === null ? [] : [advance];
    });
  }
}
