import { type Topic } from '@portage/records';

/** Where a connection's records lie in a partition. */
export interface PublishedTo {
  readonly topic: Topic;
  readonly partition: number;
  /** Cluster and prefix. */
  readonly place: string;
  /** It ended here or later. */
  readonly end: number;
}

/** Topics as they are now. */
export interface PresentTopics {
  readonly place: string;
  /** End offsets by partition number; a topic that is not asked about is absent. */
  readonly ends: ReadonlyMap<Topic, readonly number[]>;
}

/**
 * Topics that no longer hold what was published: all when it went to another cluster or other topics, else those that end
 * below where they did, which only a topic that was deleted and created again does. Pure.
 */
export function lostTopics(published: readonly PublishedTo[], present: PresentTopics): Topic[] {
  const moved = published.some(({ place }) => place !== present.place);
  const lost = published.filter(
    ({ topic, partition, end }) => moved || (present.ends.get(topic)?.[partition] ?? 0) < end,
  );
  return [...new Set(lost.map(({ topic }) => topic))];
}
