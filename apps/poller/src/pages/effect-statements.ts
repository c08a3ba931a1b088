import { type Effects } from './page.js';

/** The rows of one part of a page's effects, as a table. */
const rowsOf = (part: keyof Effects, columns: string): string => `
  FROM sync.pages p JOIN sync.page_effects f USING (connection_id), jsonb_to_recordset(f.items) AS e(${columns})
  WHERE p.connection_id = $1 AND f.part = '${part}'`;

/** The ids of a part that is a list of ids. */
const idsOf = (part: keyof Effects): string => `
  SELECT f.connection_id, e.id FROM sync.page_effects f, jsonb_array_elements_text(f.items) AS e(id)
  WHERE f.connection_id = $1 AND f.part = '${part}'`;

export interface EffectStatement {
  readonly part: keyof Effects;
  readonly sql: string;
}

/**
 * Statements that make a pending page's effects hold, in this order. `$1` is the connection. Each is one statement for the
 * whole page, whatever its size, and reads only its own part.
 */
export const effectStatements: readonly EffectStatement[] = [
  {
    part: 'seen',
    sql: `INSERT INTO sync.seen (connection_id, stream, source_id, walk)
      SELECT f.connection_id, s.stream, e.id, s.walk
      FROM sync.page_effects f, jsonb_to_record(f.items) AS s(stream text, walk bigint, ids jsonb),
        jsonb_array_elements_text(s.ids) AS e(id)
      WHERE f.connection_id = $1 AND f.part = 'seen'
      ON CONFLICT (connection_id, stream, source_id) DO UPDATE SET walk = EXCLUDED.walk`,
  },
  {
    part: 'evidence',
    sql: `INSERT INTO sync.subjects (connection_id, contact_id)
      SELECT DISTINCT p.connection_id, e.contact_id ${rowsOf('evidence', 'contact_id text, report text')}
        AND e.report IN ('bounces', 'optouts')
      ON CONFLICT (connection_id, contact_id) DO NOTHING`,
  },
  {
    // A contact that bounced has to be looked at for signs of life, and everybody with new evidence to be judged again.
    part: 'evidence',
    sql: `WITH added AS (
        INSERT INTO sync.evidence (connection_id, contact_id, row_key, report, address, at, campaign_id, activity_id, bounce_code)
        SELECT p.connection_id, e.*
        ${rowsOf(
          'evidence',
          'contact_id text, row_key text, report text, address text, at bigint, campaign_id text, activity_id text, bounce_code text',
        )}
        ON CONFLICT (connection_id, contact_id, row_key) DO NOTHING
        RETURNING connection_id, contact_id, report)
      UPDATE sync.subjects s SET due = true, unread = s.unread OR a.bounced
      FROM (SELECT connection_id, contact_id, bool_or(report = 'bounces') AS bounced FROM added GROUP BY 1, 2) a
      WHERE s.connection_id = a.connection_id AND s.contact_id = a.contact_id`,
  },
  {
    part: 'due',
    sql: `UPDATE sync.subjects s SET due = true FROM (${idsOf('due')}) d
      WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,
  },
  {
    part: 'judged',
    sql: `UPDATE sync.subjects s SET due = false FROM (${idsOf('judged')}) d
      WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,
  },
  {
    part: 'signsRead',
    sql: `UPDATE sync.subjects s SET unread = false FROM (${idsOf('signsRead')}) d
      WHERE s.connection_id = d.connection_id AND s.contact_id = d.id`,
  },
  {
    part: 'reports',
    sql: `UPDATE sync.reports r SET
        walk = e.walk,
        due = e.walk IS NOT NULL,
        watermark = CASE WHEN e.walk IS NULL THEN e.watermark ELSE r.watermark END,
        at_watermark = CASE WHEN e.walk IS NULL THEN e.at_watermark ELSE r.at_watermark END,
        counted = CASE WHEN e.walk IS NULL THEN e.counted ELSE r.counted END,
        summarised = CASE WHEN e.walk IS NULL THEN e.summarised ELSE r.summarised END,
        read_at = CASE WHEN e.walk IS NULL THEN now() ELSE r.read_at END,
        rows = r.rows + e.rows,
        published = r.published + e.published
      ${rowsOf(
        'reports',
        'activity_id text, report text, walk jsonb, watermark bigint, at_watermark jsonb, rows bigint, published bigint, counted bigint, summarised bigint',
      )} AND r.connection_id = p.connection_id AND r.activity_id = e.activity_id AND r.report = e.report`,
  },
  {
    part: 'cursors',
    sql: `INSERT INTO sync.streams (connection_id, stream, cursor)
      SELECT p.connection_id, e.stream, e.cursor ${rowsOf('cursors', 'stream text, cursor jsonb')}
      ON CONFLICT (connection_id, stream) DO UPDATE SET cursor = streams.cursor || EXCLUDED.cursor`,
  },
  {
    part: 'progress',
    sql: `UPDATE sync.runs r SET progress = r.progress || f.items
      FROM sync.pages p JOIN sync.page_effects f USING (connection_id)
      WHERE p.connection_id = $1 AND f.part = 'progress' AND r.run_id = p.run_id`,
  },
  {
    part: 'fresh',
    sql: `INSERT INTO sync.streams (connection_id, stream, fresh_at)
      SELECT p.connection_id, e.stream, to_timestamp(e.at / 1000.0) ${rowsOf('fresh', 'stream text, at bigint')}
      ON CONFLICT (connection_id, stream) DO UPDATE SET fresh_at = EXCLUDED.fresh_at`,
  },
  {
    part: 'published',
    sql: `WITH streams AS (
        INSERT INTO sync.streams (connection_id, stream, published)
        SELECT p.connection_id, e.stream, e.count ${rowsOf('published', 'stream text, count bigint')}
        ON CONFLICT (connection_id, stream) DO UPDATE SET published = streams.published + EXCLUDED.published)
      INSERT INTO sync.run_figures (run_id, kind, name, value)
      SELECT p.run_id, 'published', e.stream, e.keys ${rowsOf('published', 'stream text, keys bigint')}
      ON CONFLICT (run_id, kind, name) DO UPDATE SET value = run_figures.value + EXCLUDED.value`,
  },
];
