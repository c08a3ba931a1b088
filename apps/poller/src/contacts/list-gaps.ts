import { columns } from '@portage/persistence';
import { type Pass } from '../pass/pass.js';

/** A list's members by the vendor's count and by what was published of contacts. */
export interface ComparedList {
  readonly listId: string;
  readonly counted: number;
  readonly members: number;
  /** How far the two were apart when the members were last read. */
  readonly gap: number;
  /** Whether two reads in a row left the same gap, so that it is the vendor's way of counting. */
  readonly confirmed: boolean;
}

/** Lists whose members moved since they were last read. Pure. */
export function movedLists(lists: readonly ComparedList[]): ComparedList[] {
  return lists.filter(({ counted, members, gap, confirmed }) => !confirmed || counted - members !== gap);
}

/** One statement over everybody: a list move shows nowhere else but in the vendor's count of the list. */
export async function comparedLists(pass: Pass): Promise<ComparedList[]> {
  return pass.database.query<ComparedList>(
    `SELECT l.source_id AS "listId", (l.value ->> 'membershipCount')::int AS counted, coalesce(o.members, 0) AS members,
       coalesce(g.gap, 0) AS gap, coalesce(g.confirmed, true) AS confirmed
     FROM sync.records l
       LEFT JOIN (SELECT e.id, count(*)::int AS members
         FROM sync.records c, jsonb_array_elements_text(c.value -> 'listIds') AS e(id)
         WHERE c.connection_id = $1 AND c.stream = 'contacts' AND c.hash <> 'gone' GROUP BY e.id) o ON o.id = l.source_id
       LEFT JOIN sync.list_gaps g ON g.connection_id = l.connection_id AND g.list_id = l.source_id
     WHERE l.connection_id = $1 AND l.stream = 'lists' AND l.hash <> 'gone'
       AND l.value ->> 'deletedAt' IS NULL AND l.value ->> 'membershipCount' IS NOT NULL
     ORDER BY l.source_id`,
    [pass.connectionId],
  );
}

/** What is left after the members of these lists were read. */
export async function keepListGaps(pass: Pass, before: readonly ComparedList[]): Promise<void> {
  const known = new Map(before.map((list) => [list.listId, list]));
  const rows = (await comparedLists(pass))
    .filter(({ listId }) => known.has(listId))
    .map(({ listId, counted, members }) => {
      const gap = counted - members;
      return { listId, gap, confirmed: gap === 0 || gap === known.get(listId)?.gap };
    });
  await pass.database.execute(
    `INSERT INTO sync.list_gaps (connection_id, list_id, gap, confirmed)
     SELECT $1, * FROM unnest($2::text[], $3::int[], $4::boolean[])
     ON CONFLICT (connection_id, list_id) DO UPDATE SET gap = EXCLUDED.gap, confirmed = EXCLUDED.confirmed`,
    [pass.connectionId, ...columns(rows, ['listId', 'gap', 'confirmed'])],
  );
}

/** Everybody was read: whatever the counts differ by now is the vendor's way of counting. */
export async function forgetListGaps(pass: Pass): Promise<void> {
  const rows = (await comparedLists(pass)).map(({ listId, counted, members }) => ({ listId, gap: counted - members }));
  await pass.database.transaction(async (queries) => {
    await queries.execute('DELETE FROM sync.list_gaps WHERE connection_id = $1', [pass.connectionId]);
    await queries.execute(
      `INSERT INTO sync.list_gaps (connection_id, list_id, gap, confirmed)
       SELECT $1, list_id, gap, true FROM unnest($2::text[], $3::int[]) AS e(list_id, gap) WHERE gap <> 0`,
      [pass.connectionId, ...columns(rows, ['listId', 'gap'])],
    );
  });
}
