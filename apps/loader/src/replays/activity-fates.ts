import { type TakenRecord } from '@portage/kafka';
import { type Queries } from '@portage/persistence';
import { type Activity } from '@portage/records';

export interface ActivityFate {
  readonly outcome: string;
  readonly reason: string;
}

/**
 * What became of activities in the source's own account: the ledger keeps how far they are settled, and a row for each that was
 * not delivered. What was delivered is unchanged, and sending it again would be a request for nothing.
 */
export async function readFates(
  queries: Queries,
  topic: string,
  partition: number,
  records: readonly TakenRecord<Activity>[],
): Promise<(offset: number) => ActivityFate> {
  const offsets = records.map(({ offset }) => offset);
  const rows = await queries.query<{ kafka_offset: string; outcome: string; reason: string }>(
    `SELECT kafka_offset, outcome, reason FROM ledger.activity_exceptions
     WHERE topic = $1 AND partition = $2 AND kafka_offset = ANY($3::bigint[])`,
    [topic, partition, offsets],
  );
  const [settled] = await queries.query<{ position: string }>(
    'SELECT position FROM ledger.positions WHERE topic = $1 AND partition = $2',
    [topic, partition],
  );
  const position = Number(settled?.position ?? 0);
  const exceptions = new Map(rows.map((row) => [Number(row.kafka_offset), row]));
  return (offset) => {
    const { outcome, reason } = exceptions.get(offset) ?? { outcome: 'unchanged', reason: '' };
    // Live loading is on its way to it, and will send it.
    return offset >= position ? { outcome: 'skipped', reason: 'not_loaded_yet' } : { outcome, reason };
  };
}
