import { endpoints, listContent, type ListContent, listSchema, type Odd, rowsOf } from '@portage/constant-contact';
import { type Change, changeOf, deletionOf, type KnownRecord } from '../pages/change.js';
import { GONE } from '../pages/record-state.js';
import { oddRows } from '../pages/odd-rows.js';
import { knownOf, type StoredRecord } from '../pages/stored-record.js';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';

/** Reads every list, deleted ones included, and publishes what changed. Cheap, so an interrupted read starts over. */
export async function readLists(pass: Pass): Promise<void> {
  const walk = Date.now();
  for await (const page of pass.source.pages(endpoints.lists(), { reserve: RESERVES.lists })) {
    const rows = rowsOf(page.body, 'lists', listSchema);
    const contents = new Map(rows.flatMap((row) => (row.ok ? [[row.value.list_id, listContent(row.value)]] : [])));
    const origin = pass.origin(page.observedAt);
    const known = await knownLists(pass, [...contents.keys()]);
    const changes = [...contents].flatMap(
      ([id, content]) => changeOf('lists', id, content, known.get(id), origin) ?? [],
    );
    const odd = await oddRows(
      pass.database,
      'lists',
      rows.filter((row): row is Odd => !row.ok),
      origin,
    );
    await pass.publish({
      observedAt: page.observedAt,
      changes,
      ...odd,
      effects: { seen: { stream: 'lists', walk, ids: [...contents.keys()] } },
    });
  }
  await publishLostLists(pass, walk);
}

/** The vendor keeps deleted lists, so one that is missing altogether is looked at once more before it counts as gone. */
async function publishLostLists(pass: Pass, walk: number): Promise<void> {
  const missing = await pass.database.query<StoredRecord & { value: ListContent }>(
    `SELECT r.source_id, r.hash, r.version, r.run_id, r.value FROM sync.records r
     LEFT JOIN sync.seen s USING (connection_id, stream, source_id)
     WHERE r.connection_id = $1 AND r.stream = 'lists' AND r.hash <> $2 AND coalesce(s.walk, 0) < $3`,
    [pass.connectionId, GONE, walk],
  );
  const changes: Change[] = [];
  const observedAt = Date.now();
  for (const { value, ...stored } of missing) {
    const id = stored.source_id;
    if ((await pass.source.find(endpoints.list(id))) !== null) continue;
    const content = { ...value, deletedAt: value.deletedAt ?? observedAt };
    changes.push(deletionOf('lists', id, content, knownOf(stored), pass.origin(observedAt)));
  }
  if (changes.length > 0) await pass.publish({ observedAt, changes });
}

async function knownLists(pass: Pass, ids: readonly string[]): Promise<Map<string, KnownRecord>> {
  const rows = await pass.database.query<StoredRecord>(
    `SELECT source_id, hash, version, run_id FROM sync.records
     WHERE connection_id = $1 AND stream = 'lists' AND source_id = ANY($2)`,
    [pass.connectionId, ids],
  );
  return new Map(rows.map((row) => [row.source_id, knownOf(row)]));
}
