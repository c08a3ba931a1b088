import { type Contact, type List, type Suppression } from '@portage/records';
import { changeOf, deletionOf } from '../pages/change.js';
import { GONE, type StatefulStream } from '../pages/record-state.js';
import { knownOf, type StoredRecord } from '../pages/stored-record.js';
import { type Pass } from '../pass/pass.js';

const PAGE = 500;

/**
 * When everything is published again: what this pass has not met is published as it is known. That are people who are gone, and
 * their opt-outs, and whatever the day's calls did not allow to read.
 */
export async function publishRest(pass: Pass): Promise<void> {
  for (let rest = await unpublished(pass); rest.length > 0; rest = await unpublished(pass)) {
    const observedAt = Date.now();
    const origin = pass.origin(observedAt);
    const changes = rest.flatMap((row) => {
      const { stream, source_id: id, value } = row;
      if (row.hash === GONE) return deletionOf(stream, id, value, knownOf(row), origin);
      return changeOf(stream, id, value, knownOf(row), origin) ?? [];
    });
    await pass.publish({ observedAt, changes });
  }
}

interface Unpublished extends StoredRecord {
  readonly stream: StatefulStream;
  readonly value: Omit<List & Contact & Suppression, 'meta'>;
}

async function unpublished(pass: Pass): Promise<Unpublished[]> {
  return pass.database.query<Unpublished>(
    `SELECT stream, source_id, hash, version, run_id, value FROM sync.records
     WHERE connection_id = $1 AND stream IN ('lists', 'contacts', 'suppressions') AND run_id <> $2
     ORDER BY stream DESC, source_id LIMIT ${PAGE}`,
    [pass.connectionId, pass.run.runId],
  );
}
