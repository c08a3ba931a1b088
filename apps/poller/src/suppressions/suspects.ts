import { type Pass } from '../pass/pass.js';

/**
 * Contacts whose bounces could suppress: a hard code, or soft ones of three campaigns. The same test as `needsSigns` of the
 * vendor library, here over all contacts in one statement.
 */
const suspicious = `
  SELECT e.contact_id, min(e.at) AS since FROM sync.evidence e
  WHERE e.connection_id = $1 AND e.report = 'bounces' AND e.bounce_code IS DISTINCT FROM 'V'
  GROUP BY e.contact_id
  HAVING bool_or(e.bounce_code IN ('B', 'S')) OR count(DISTINCT e.campaign_id) >= 3`;

/** From now on their signs of life are kept wherever they are met. */
export async function watchSuspects(pass: Pass): Promise<void> {
  await pass.database.execute(
    `UPDATE sync.subjects s SET watched = true, unread = true FROM (${suspicious}) x
     WHERE s.connection_id = $1 AND s.contact_id = x.contact_id AND NOT s.watched`,
    [pass.connectionId],
  );
}

/** How many of them have bounces that are newer than what is known of their signs, and since when signs matter. */
export async function suspects(pass: Pass): Promise<{ readonly count: number; readonly since: number }> {
  const [row] = await pass.database.query<{ count: number; since: string | null }>(
    `SELECT count(*)::int AS count, min(x.since) AS since FROM (${suspicious}) x
     JOIN sync.subjects s ON s.connection_id = $1 AND s.contact_id = x.contact_id AND s.watched AND s.unread`,
    [pass.connectionId],
  );
  return { count: row?.count ?? 0, since: Number(row?.since ?? 0) };
}

export interface Suspect {
  readonly contactId: string;
  /** The first of its bounces (ms). */
  readonly since: number;
}

export async function nextSuspect(pass: Pass): Promise<Suspect | undefined> {
  const [row] = await pass.database.query<{ contact_id: string; since: string }>(
    `SELECT s.contact_id, min(e.at) AS since FROM sync.subjects s
       JOIN sync.evidence e USING (connection_id, contact_id)
     WHERE s.connection_id = $1 AND s.watched AND s.unread AND e.report = 'bounces'
     GROUP BY s.contact_id ORDER BY s.contact_id LIMIT 1`,
    [pass.connectionId],
  );
  return row && { contactId: row.contact_id, since: Number(row.since) };
}
