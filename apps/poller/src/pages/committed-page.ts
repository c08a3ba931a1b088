import { type KafkaCluster, offsetsAt, readBounded, type SchemaRegistry } from '@portage/kafka';
import { type Topic, TOPICS } from '@portage/records';
import { type PendingPage } from './page.js';
import { KEPT_TOPICS, type RecordState, stateOf } from './record-state.js';

interface Place {
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
}

/**
 * Whether a page is in Kafka, whole. Its records carry its id and its moment, so only what is not older has to be looked at. To be
 * asked after the page's publisher was fenced and its leftovers were ended: a transaction is all there or not at all, except where
 * a broker has forgotten it in some partitions.
 */
export async function isCommitted(place: Place, page: PendingPage, signal: AbortSignal): Promise<boolean> {
  let found = 0;
  const first = page.topic as Topic;
  for (const topic of [first, ...TOPICS.filter((other) => other !== first)]) {
    await readPage(place, topic, page, signal, () => (found += 1));
    if (found === 0 || found === page.records) break;
  }
  return found > 0 && found === page.records;
}

/** What is to be kept of a page that is in Kafka, out of its records. */
export async function committedStates(place: Place, page: PendingPage, signal: AbortSignal): Promise<RecordState[]> {
  const states: RecordState[] = [];
  for (const topic of KEPT_TOPICS)
    await readPage(place, topic, page, signal, (record) => states.push(...stateOf(topic, record)));
  return states;
}

async function readPage<T extends Topic>(
  place: Place,
  topic: T,
  page: PendingPage,
  signal: AbortSignal,
  onRecord: (record: Parameters<Parameters<typeof readBounded<T>>[0]['onRecords']>[1][number]) => void,
): Promise<void> {
  const from = await offsetsAt(place.cluster, topic, page.observedAt);
  await readBounded({
    ...place,
    topic,
    from,
    signal,
    onRecords: (_partition, records) => {
      for (const record of records) if (record.headers.page === page.pageId) onRecord(record);
      return Promise.resolve();
    },
  });
}
