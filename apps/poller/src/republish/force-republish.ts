import { endOffsets, type KafkaCluster } from '@portage/kafka';
import { type Database, type Queries } from '@portage/persistence';
import { type Topic } from '@portage/records';
import { type Run } from '../runs/run.js';
import { lostTopics, type PublishedTo } from './lost-topics.js';

/** Names where topics of ours are: the same names on another cluster are other topics. */
export async function placeOf(cluster: KafkaCluster): Promise<string> {
  return `${(await cluster.check()).clusterId}/${cluster.config.topicPrefix}`;
}

/**
 * Looks whether the topics still hold what was published of the connection; where not, the pass begins again and publishes
 * everything that they lack. To be called whenever a pass is taken up.
 *
 * @returns the topics that were lost
 */
export async function forceRepublish(database: Database, cluster: KafkaCluster, run: Run): Promise<Topic[]> {
  const published = await database.query<PublishedTo>(
    'SELECT topic, partition, place, end_offset::float8 AS end FROM sync.published_to WHERE connection_id = $1',
    [run.connectionId],
  );
  const ends = new Map<Topic, readonly number[]>();
  for (const topic of new Set(published.map((one) => one.topic))) {
    const found = await endOffsets(cluster, topic);
    ends.set(
      topic,
      [...found].sort(([a], [b]) => a - b).map(([, end]) => end),
    );
  }
  const lost = lostTopics(published, { place: await placeOf(cluster), ends });
  if (lost.length > 0) await database.transaction((queries) => beginAgain(queries, run, lost));
  return lost;
}

async function beginAgain(queries: Queries, { runId, connectionId }: Run, lost: readonly Topic[]): Promise<void> {
  await queries.execute(`UPDATE sync.runs SET republish = true, phase = NULL, progress = '{}' WHERE run_id = $1`, [
    runId,
  ]);
  // What an earlier part of the same pass published was lost too.
  await queries.execute(
    `UPDATE sync.records SET run_id = '' WHERE connection_id = $1 AND run_id = $2 AND stream = ANY($3)`,
    [connectionId, runId, lost],
  );
  if (lost.includes('activities')) await queries.execute(readReportsAgain, [connectionId]);
  if (lost.includes('dead-letters'))
    await queries.execute(`DELETE FROM sync.records WHERE connection_id = $1 AND stream = 'dead-letters'`, [
      connectionId,
    ]);
  await queries.execute('DELETE FROM sync.published_to WHERE connection_id = $1 AND topic = ANY($2)', [
    connectionId,
    lost,
  ]);
}

/** Activities are kept nowhere but on their topic. Reading their rows again gives the same identities. */
const readReportsAgain = `
  UPDATE sync.reports SET watermark = NULL, at_watermark = '{}', walk = NULL, counted = NULL, rows = 0, published = 0, read_at = NULL
  WHERE connection_id = $1 AND feeds`;
