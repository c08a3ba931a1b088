import { PortageError } from '@portage/platform';
import { type OffsetRange } from '../offsets.js';

/**
 * Where reading goes on, given the stored position (0 when there is none). Larger than that when the topic's retention
 * has already removed what was not read.
 *
 * @throws PortageError `kafka.topic_recreated` when the topic ends before the stored position: it is another topic of
 * the same name, and what its offsets mean only a human knows.
 */
export function placementOf(topic: string, partition: number, stored: number, range: OffsetRange): number {
  if (stored > range.end) {
    throw new PortageError({
      code: 'kafka.topic_recreated',
      disposition: 'halt',
      message:
        `Partition ${partition} of ${topic} ends at ${range.end}, before the stored position ${stored}: ` +
        'the topic was created anew. Publish a new snapshot and reset the stored positions, or restore the topic.',
      details: { topic, partition, stored, end: range.end },
    });
  }
  return Math.max(stored, range.start);
}
