import { type MigrationInterface, type QueryRunner } from '@portage/persistence';
import { take } from './1764136000000-late-grants.js';

/**
 * A vendor that says no again and again although the limit was kept sees requests closer together than they were granted, because
 * networks delay some of them. Each such word within a minute of the one before adds 3% to the distance, 30% at most; half of it is
 * forgotten after 350 grants. And who comes after a pause is not late: what is forgiven then would only bring the next ones closer.
 * Whoever hears of a grant late says so, and the next one is reckoned from then.
 */
export class KeepDistance1764141000000 implements MigrationInterface {
  readonly name = 'KeepDistance1764141000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE budget.pace ADD COLUMN slack float8 NOT NULL DEFAULT 0,
        ADD COLUMN told_no_at timestamptz NOT NULL DEFAULT '-infinity';
      ${take('paced_at', `, paced_at = ${PACED_AT}, slack = p.slack * 0.998`, DISTANCE)}
      ${hold(TOLD_NO)}
      CREATE FUNCTION budget.leave_late(k text) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        UPDATE pace SET paced_at = GREATEST(paced_at, clock_timestamp()) WHERE key = k
      $$;
      GRANT EXECUTE ON FUNCTION budget.leave_late TO portage_auth, portage_poller, portage_loader;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${take('paced_at', ", paced_at = GREATEST(at - interval '8 milliseconds', p.paced_at + spacing_ms * interval '1 millisecond')")}
      ${hold('')}
      DROP FUNCTION budget.leave_late;
      ALTER TABLE budget.pace DROP COLUMN slack, DROP COLUMN told_no_at;
    `);
  }
}

/** What was under way together is told no together, and counts once. */
const TOLD_NO = `, told_no_at = clock_timestamp(),
          slack = CASE WHEN pace.held_until > clock_timestamp() OR pace.told_no_at < clock_timestamp() - interval '1 minute'
            THEN pace.slack ELSE LEAST(pace.slack + 0.03, 0.3) END`;

const DISTANCE = '(spacing_ms * (1 + p.slack))';

const DUE = `p.paced_at + ${DISTANCE} * interval '1 millisecond'`;

const PACED_AT = `CASE WHEN ${DUE} < at - interval '50 milliseconds' THEN at
  ELSE GREATEST(at - interval '8 milliseconds', ${DUE}) END`;

function hold(kept: string): string {
  return `CREATE OR REPLACE FUNCTION budget.hold(k text, ms int) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        INSERT INTO pace (key, held_until) VALUES (k, clock_timestamp() + ms * interval '1 millisecond')
        ON CONFLICT (key) DO UPDATE SET held_until = GREATEST(pace.held_until, EXCLUDED.held_until)${kept}
      $$;`;
}
