import { inParallel } from '../parallel.js';
import { compareLists, type ComparedList } from './compare-lists.js';
import { type VerifyContext } from './context.js';
import { type RepairPlan } from './repair-plan.js';

/** Lists of the connection that exist in Klaviyo, by Klaviyo's id, with the profile ids of their members. */
export type KnownLists = ReadonlyMap<string, { readonly theirs: boolean; readonly members: ReadonlySet<string> }>;

/** Looks at every list that the ledger has in Klaviyo, and who is on it. */
export async function checkLists(context: VerifyContext, plan: RepairPlan): Promise<KnownLists> {
  const { target, tally, signal } = context;
  const known = new Map<string, { theirs: boolean; members: ReadonlySet<string> }>();
  const compared: ComparedList[] = [];
  await inParallel(await ledgerLists(context), READS_AT_ONCE, async (list) => {
    const present = await target.klaviyo.getList(list.klaviyoId, { signal });
    compared.push({ ...list, present });
    if (present === null || known.has(list.klaviyoId)) return;
    const members = new Set(await target.klaviyo.listMembers(list.klaviyoId, { signal }));
    known.set(list.klaviyoId, { theirs: list.mapped, members });
  });
  target.answered();
  for (const finding of compareLists(compared)) {
    tally.add(finding);
    const klaviyoId = finding.detail ?? '';
    const list = compared.find((each) => each.klaviyoId === klaviyoId);
    // A list that the owner named is the owner's to make again.
    if (list?.mapped === false) plan.list(finding.class, klaviyoId, list.present?.name ?? null);
  }
  return known;
}

const READS_AT_ONCE = 4;

async function ledgerLists({ parts, target, connection }: VerifyContext): Promise<Omit<ComparedList, 'present'>[]> {
  const rows = await parts.database.query<{
    list_id: string;
    mapped: boolean;
    klaviyo_id: string;
    klaviyo_name: string | null;
  }>(
    `SELECT list_id, mapped, klaviyo_id, klaviyo_name FROM ledger.lists
     WHERE target = $1 AND connection_id = $2 AND klaviyo_id IS NOT NULL AND state = 'ready' ORDER BY list_id`,
    [target.id, connection.id],
  );
  return rows.map((row) => ({
    listId: row.list_id,
    mapped: row.mapped,
    klaviyoId: row.klaviyo_id,
    givenName: row.klaviyo_name,
  }));
}
