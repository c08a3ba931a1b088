import { type Outgoing, type TransactionalPublisher } from '@portage/kafka';
import { type Database } from '@portage/persistence';
import { keyOf, markKey, type Stream, STREAMS, type Topic } from '@portage/records';

const PAGE = 500;

/** Everything of `sync` that bears a connection; passes take their figures with them, pages their effects. */
const tables = [
  'pages',
  'records',
  'seen',
  'evidence',
  'subjects',
  'reports',
  'mailings',
  'campaigns',
  'list_gaps',
  'published_to',
  'streams',
  'stream_states',
  'transitions',
  'deliveries',
  'signals',
  'pauses',
  'runs',
] as const;

/**
 * Erases what the poller has of a connection that is no more: tombstones for every key on the compacted topics, then its rows.
 * To be called under the connection's lease; broken off, it goes on where it stood. Topics that are not compacted forget by
 * themselves, when their time has come.
 */
export async function erase(
  database: Database,
  publisher: TransactionalPublisher,
  connectionId: string,
  signal: AbortSignal,
): Promise<void> {
  for (let keys = await someKeys(database, connectionId); keys.length > 0;) {
    signal.throwIfAborted();
    await publisher.publish(keys.map(({ stream, id }) => tombstone(stream, keyOf(connectionId, id))));
    await database.execute(
      `DELETE FROM sync.records r USING unnest($2::text[], $3::text[]) AS e(stream, source_id)
       WHERE r.connection_id = $1 AND r.stream = e.stream AND r.source_id = e.source_id`,
      [connectionId, keys.map(({ stream }) => stream), keys.map(({ id }) => id)],
    );
    keys = await someKeys(database, connectionId);
  }
  await publisher.publish(STREAMS.map((stream) => tombstone('marks', markKey({ connectionId, stream }))));
  await database.transaction(async (queries) => {
    for (const table of tables)
      await queries.execute(`DELETE FROM sync.${table} WHERE connection_id = $1`, [connectionId]);
  });
}

interface Key {
  readonly stream: Exclude<Stream, 'activities'>;
  readonly id: string;
}

async function someKeys(database: Database, connectionId: string): Promise<Key[]> {
  return database.query<Key>(
    `SELECT stream, source_id AS id FROM sync.records
     WHERE connection_id = $1 AND stream IN ('lists', 'contacts', 'suppressions') LIMIT ${PAGE}`,
    [connectionId],
  );
}

function tombstone(topic: Topic, key: string): Outgoing {
  return { topic, key, value: null, timestamp: Date.now() };
}
