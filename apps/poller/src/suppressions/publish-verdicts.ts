import { entriesOfReports, type Sign, type Trouble } from '@portage/constant-contact';
import { suppressionOf } from '../contacts/contact-changes.js';
import { knownPeople } from '../contacts/known-contacts.js';
import { GONE } from '../pages/record-state.js';
import { type Pass } from '../pass/pass.js';

const PAGE = 500;

/** Applies the rules to every contact about which something changed, and publishes the suppressions that follow. */
export async function publishVerdicts(pass: Pass): Promise<void> {
  for (let due = await dueSubjects(pass); due.length > 0; due = await dueSubjects(pass)) await judge(pass, due);
}

async function judge(pass: Pass, contactIds: readonly string[]): Promise<void> {
  const observedAt = Date.now();
  const origin = pass.origin(observedAt);
  const known = await knownPeople(pass.database, pass.connectionId, contactIds);
  const evidence = await evidenceAbout(pass, contactIds);
  const changes = contactIds.flatMap((contactId) => {
    const contact = known.contacts.get(contactId);
    const before = known.suppressions.get(contactId);
    const subject = contact && contact.hash !== GONE ? contact : null;
    const rows = evidence.get(contactId) ?? [];
    const entries = entriesOfReports(
      subject,
      before?.entries ?? [],
      { troubles: rows.flatMap(troubleOf), signs: signsAmong(rows) },
      observedAt,
    );
    const person = { contactId, email: contact?.email ?? null, deletedAt: contact?.deletedAt ?? null };
    return suppressionOf(person, entries, before, origin) ?? [];
  });
  await pass.publish({ observedAt, changes, effects: { judged: contactIds } });
}

async function dueSubjects(pass: Pass): Promise<string[]> {
  const rows = await pass.database.query<{ contact_id: string }>(
    `SELECT contact_id FROM sync.subjects WHERE connection_id = $1 AND due ORDER BY contact_id LIMIT ${PAGE}`,
    [pass.connectionId],
  );
  return rows.map((row) => row.contact_id);
}

interface Row {
  readonly contact_id: string;
  readonly report: string;
  readonly address: string | null;
  readonly at: string;
  readonly campaign_id: string | null;
  readonly activity_id: string | null;
  readonly bounce_code: string | null;
}

async function evidenceAbout(pass: Pass, contactIds: readonly string[]): Promise<Map<string, Row[]>> {
  const rows = await pass.database.query<Row>(
    `SELECT contact_id, report, address, at, campaign_id, activity_id, bounce_code FROM sync.evidence
     WHERE connection_id = $1 AND contact_id = ANY($2) ORDER BY at, row_key`,
    [pass.connectionId, contactIds],
  );
  return Map.groupBy(rows, (row) => row.contact_id);
}

function troubleOf({ report, address, at, campaign_id, activity_id, bounce_code: bounceCode }: Row): Trouble[] {
  if (report !== 'bounces' && report !== 'optouts') return [];
  return [
    { report, address, at: Number(at), campaignId: campaign_id ?? '', activityId: activity_id ?? '', bounceCode },
  ];
}

/** Opens and clicks; of the sends those that did not bounce. */
function signsAmong(rows: readonly Row[]): Sign[] {
  const bounced = new Set(
    rows.filter((row) => row.report === 'bounces' && row.bounce_code !== 'V').map((row) => row.activity_id),
  );
  return rows
    .filter(({ report, activity_id: activity }) =>
      report === 'sends' ? !bounced.has(activity) : report === 'opens' || report === 'clicks',
    )
    .map(({ at }) => ({ at: Number(at) }));
}
