import { type KafkaCluster, offsetsAt, readBounded, type SchemaRegistry } from '@portage/kafka';
import { type Topic } from '@portage/records';
import { type PendingPage } from './page.js';

/**
 * Whether a page is in Kafka. Its records carry its id and its moment, so only what is not older has to be looked at, in one
 * of its topics: a transaction is in all of them or in none. To be asked after the page's publisher was fenced.
 */
export async function pageCommitted(
  parts: { readonly cluster: KafkaCluster; readonly registry: SchemaRegistry },
  page: PendingPage,
  signal: AbortSignal,
): Promise<boolean> {
  const topic = page.topic as Topic;
  const from = await offsetsAt(parts.cluster, topic, page.observedAt);
  let found = false;
  await readBounded({
    ...parts,
    topic,
    from,
    signal,
    onRecords: (_partition, records) => {
      found ||= records.some(({ headers }) => headers.page === page.pageId);
      return Promise.resolve();
    },
  });
  return found;
}
