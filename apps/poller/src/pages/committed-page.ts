import { type KafkaCluster, offsetsAt, readBounded, type SchemaRegistry } from '@portage/kafka';
import { type Topic } from '@portage/records';
import { type PendingPage } from './page.js';
import { KEPT_TOPICS, type RecordState, stateOf } from './record-state.js';

interface Place {
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
}

/**
 * Whether a page is in Kafka. Its records carry its id and its moment, so only what is not older has to be looked at, in one
 * of its topics: a transaction is in all of them or in none. To be asked after the page's publisher was fenced.
 */
export async function isCommitted(place: Place, page: PendingPage, signal: AbortSignal): Promise<boolean> {
  let found = false;
  await readPage(place, page.topic as Topic, page, signal, () => (found = true));
  return found;
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
