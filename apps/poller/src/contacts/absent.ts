import { type ContactContent, endpoints, parseRow, wireContact } from '@portage/constant-contact';
import { type SuppressionEntry } from '@portage/records';
import { type Change, changeOf, deletionOf } from '../pages/change.js';
import { GONE } from '../pages/record-state.js';
import { knownOf, type StoredRecord } from '../pages/stored-record.js';
import { type Pass } from '../pass/pass.js';
import { publishRows } from './contact-page.js';
import { ATTEMPTS, beginWalk, walkCounted, type Window } from './counted-walk.js';
import { type AccountDefinitions } from './definitions.js';
import { knownPeople } from './known-contacts.js';

const PAGE = 500;
/** Up to so many missing people are looked for one by one; beyond that a second walk is cheaper and as good a witness. */
const LOOKED_FOR = 20;
/** The edge of the walk's window is not documented to the second. */
const EDGE_MS = 2000;

/**
 * After a complete walk: whoever was published and is not there any more was removed from the recycle bin, which leaves no
 * trace at the vendor. Missing once is not enough, because pages shift: they are looked for again.
 */
export async function publishAbsent(pass: Pass, definitions: AccountDefinitions, window: Window): Promise<void> {
  const { walk } = window.seen;
  const candidates = await absentCount(pass, walk);
  if (candidates === 0) return;
  const many = candidates > LOOKED_FOR;
  if (many) await walkCounted(pass, definitions, window, { ...beginWalk, attempt: ATTEMPTS });
  for (let absent = await absentPage(pass, walk); absent.length > 0; absent = await absentPage(pass, walk)) {
    await publishGone(pass, many ? absent : await lookFor(pass, definitions, absent, window));
  }
}

/** A contact as last published. */
export interface PublishedContact extends StoredRecord {
  readonly value: ContactContent;
}

/**
 * What was published since the walk began was there since then. The look-up is per row on purpose: after a first walk the tables have
 * no statistics yet, and a join of them would be planned badly.
 */
const absentFrom = `
  FROM sync.records r
  WHERE r.connection_id = $1 AND r.stream = 'contacts' AND r.hash <> '${GONE}' AND r.version < $2::bigint
    AND coalesce((r.value ->> 'createdAt')::bigint, r.version) < $2::bigint - ${EDGE_MS}
    AND coalesce((SELECT s.walk FROM sync.seen s
      WHERE s.connection_id = r.connection_id AND s.stream = r.stream AND s.source_id = r.source_id), 0) < $2::bigint`;

async function absentCount(pass: Pass, walk: number): Promise<number> {
  const [row] = await pass.database.query<{ absent: number }>(`SELECT count(*)::int AS absent ${absentFrom}`, [
    pass.connectionId,
    walk,
  ]);
  return row?.absent ?? 0;
}

async function absentPage(pass: Pass, walk: number): Promise<PublishedContact[]> {
  return pass.database.query<PublishedContact>(
    `SELECT r.source_id, r.hash, r.version, r.run_id, r.value ${absentFrom} LIMIT ${PAGE}`,
    [pass.connectionId, walk],
  );
}

/** Asks for each, one call a person; those who are there are published as they are and count as met. The others are answered. */
export async function lookFor(
  pass: Pass,
  definitions: AccountDefinitions,
  missing: readonly PublishedContact[],
  { reserve, seen }: Pick<Window, 'reserve' | 'seen'>,
): Promise<PublishedContact[]> {
  const gone: PublishedContact[] = [];
  for (const contact of missing) {
    const page = await pass.source.find(endpoints.contact(contact.source_id), { reserve });
    if (page === null) gone.push(contact);
    else {
      const rows = [parseRow(page.body, 'contact', wireContact)];
      const met = { ...seen, ids: [contact.source_id] };
      await publishRows(pass, definitions, { observedAt: page.observedAt, rows }, { seen: met });
    }
  }
  return gone;
}

/** Invariant 3: the suppressions of somebody who is gone stay in force; only the contact ends. */
export async function publishGone(pass: Pass, gone: readonly PublishedContact[]): Promise<void> {
  if (gone.length === 0) return;
  const observedAt = Date.now();
  const origin = pass.origin(observedAt);
  const known = await knownPeople(
    pass.database,
    pass.connectionId,
    gone.map((contact) => contact.source_id),
  );
  const changes = gone.flatMap((contact): Change[] => {
    const id = contact.source_id;
    const content = { ...contact.value, deletedAt: contact.value.deletedAt ?? observedAt };
    const before = known.suppressions.get(id);
    const entries: readonly SuppressionEntry[] = before?.entries ?? [];
    const { email, deletedAt } = content;
    const suppression =
      entries.length > 0
        ? changeOf('suppressions', id, { contactId: id, email, deletedAt, entries }, before, origin)
        : null;
    return [...(suppression ? [suppression] : []), deletionOf('contacts', id, content, knownOf(contact), origin)];
  });
  await pass.publish({ observedAt, changes });
}
