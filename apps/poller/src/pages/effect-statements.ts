/** The page's effects as a table; one row per item, whatever their number: every statement is one for the whole page. */
const from = (part: string, columns: string): string => `
  FROM sync.pages p, jsonb_to_recordset(p.effects -> '${part}') AS e(${columns})
  WHERE p.connection_id = $1`;

const idsFrom = (part: string): string => `
  FROM sync.pages p, jsonb_array_elements_text(p.effects -> '${part}') AS e(id)
  WHERE p.connection_id = $1`;

/** Statements that make a pending page's effects hold. `$1` is the connection; a part that a page lacks touches nothing. */
export const effectStatements: readonly string[] = [
  `INSERT INTO sync.records (connection_id, stream, source_id, hash, version, run_id, value)
   SELECT p.connection_id, e.stream, e.source_id, e.hash, e.version, p.run_id, e.value
   ${from('records', 'stream text, source_id text, hash text, version bigint, value jsonb')}
   ON CONFLICT (connection_id, stream, source_id) DO UPDATE SET
     hash = EXCLUDED.hash, version = EXCLUDED.version, run_id = EXCLUDED.run_id, value = EXCLUDED.value`,

  `INSERT INTO sync.seen (connection_id, stream, source_id, walk)
   SELECT p.connection_id, p.effects -> 'seen' ->> 'stream', e.id, (p.effects -> 'seen' ->> 'walk')::bigint
   FROM sync.pages p, jsonb_array_elements_text(p.effects -> 'seen' -> 'ids') AS e(id)
   WHERE p.connection_id = $1
   ON CONFLICT (connection_id, stream, source_id) DO UPDATE SET walk = EXCLUDED.walk`,

  // A contact gets signs of life recorded from its first bounce on, and they are looked up once for what came before.
  `INSERT INTO sync.subjects (connection_id, contact_id)
   SELECT DISTINCT p.connection_id, e.contact_id ${from('evidence', 'contact_id text, report text')}
     AND e.report IN ('bounces', 'optouts')
   ON CONFLICT (connection_id, contact_id) DO NOTHING`,

  `WITH added AS (
     INSERT INTO sync.evidence (connection_id, contact_id, row_key, report, address, at, campaign_id, activity_id, bounce_code)
     SELECT p.connection_id, e.*
     ${from(
       'evidence',
       'contact_id text, row_key text, report text, address text, at bigint, campaign_id text, activity_id text, bounce_code text',
     )}
     ON CONFLICT (connection_id, contact_id, row_key) DO NOTHING
     RETURNING connection_id, contact_id, report)
   UPDATE sync.subjects s SET due = true, unread = s.unread OR a.bounced
   FROM (SELECT connection_id, contact_id, bool_or(report = 'bounces') AS bounced FROM added GROUP BY 1, 2) a
   WHERE s.connection_id = a.connection_id AND s.contact_id = a.contact_id`,

  `UPDATE sync.subjects s SET due = true
   FROM (SELECT p.connection_id, e.id ${idsFrom('due')}) d
   WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,

  `UPDATE sync.subjects s SET due = false
   FROM (SELECT p.connection_id, e.id ${idsFrom('judged')}) d
   WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,

  `UPDATE sync.subjects s SET unread = false
   FROM (SELECT p.connection_id, e.id ${idsFrom('signsRead')}) d
   WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,

  `UPDATE sync.reports r SET
     walk = e.walk,
     due = e.walk IS NOT NULL,
     watermark = CASE WHEN e.walk IS NULL THEN e.watermark ELSE r.watermark END,
     at_watermark = CASE WHEN e.walk IS NULL THEN e.at_watermark ELSE r.at_watermark END,
     counted = CASE WHEN e.walk IS NULL THEN e.counted ELSE r.counted END,
     read_at = CASE WHEN e.walk IS NULL THEN now() ELSE r.read_at END,
     rows = r.rows + e.rows,
     published = r.published + e.published
   ${from(
     'reports',
     'activity_id text, report text, walk jsonb, watermark bigint, at_watermark jsonb, rows bigint, published bigint, counted bigint',
   )} AND r.connection_id = p.connection_id AND r.activity_id = e.activity_id AND r.report = e.report`,

  `UPDATE sync.runs r SET progress = r.progress || (p.effects -> 'progress')
   FROM sync.pages p WHERE p.connection_id = $1 AND r.run_id = p.run_id AND p.effects ? 'progress'`,

  `INSERT INTO sync.streams (connection_id, stream, cursor)
   SELECT p.connection_id, e.stream, e.cursor ${from('cursors', 'stream text, cursor jsonb')}
   ON CONFLICT (connection_id, stream) DO UPDATE SET cursor = streams.cursor || EXCLUDED.cursor`,

  `INSERT INTO sync.streams (connection_id, stream, fresh_at)
   SELECT p.connection_id, e.stream, to_timestamp(e.at / 1000.0) ${from('fresh', 'stream text, at bigint')}
   ON CONFLICT (connection_id, stream) DO UPDATE SET fresh_at = EXCLUDED.fresh_at`,

  `INSERT INTO sync.streams (connection_id, stream, published)
   SELECT p.connection_id, e.stream, e.count ${from('published', 'stream text, count bigint')}
   ON CONFLICT (connection_id, stream) DO UPDATE SET published = streams.published + EXCLUDED.published`,

  `INSERT INTO sync.run_figures (run_id, kind, name, value)
   SELECT p.run_id, 'published', e.stream, e.keys ${from('published', 'stream text, keys bigint')}
   ON CONFLICT (run_id, kind, name) DO UPDATE SET value = run_figures.value + EXCLUDED.value`,
];
