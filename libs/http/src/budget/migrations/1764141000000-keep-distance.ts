import { type MigrationInterface, type QueryRunner } from '@portage/persistence';
import { take } from './1764136000000-late-grants.js';

/**
 * A vendor that says no although the limit was kept sees requests closer together than they were granted, because networks delay
 * some of them. Each such word adds 3% to the distance, 30% at most; half of it is forgotten after 350 grants.
 */
export class KeepDistance1764141000000 implements MigrationInterface {
  readonly name = 'KeepDistance1764141000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE budget.pace ADD COLUMN slack float8 NOT NULL DEFAULT 0;
      ${take(
        'paced_at',
        `, paced_at = GREATEST(at - interval '8 milliseconds', p.paced_at + ${DISTANCE} * interval '1 millisecond'), slack = p.slack * 0.998`,
        DISTANCE,
      )}
      ${hold(TOLD_NO)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${take('paced_at', ", paced_at = GREATEST(at - interval '8 milliseconds', p.paced_at + spacing_ms * interval '1 millisecond')")}
      ${hold('')}
      ALTER TABLE budget.pace DROP COLUMN slack;
    `);
  }
}

/** What was under way together is told no together, and counts once. */
const TOLD_NO =
  ', slack = CASE WHEN pace.held_until > clock_timestamp() THEN pace.slack ELSE LEAST(pace.slack + 0.03, 0.3) END';

const DISTANCE = '(spacing_ms * (1 + p.slack))';

function hold(kept: string): string {
  return `CREATE OR REPLACE FUNCTION budget.hold(k text, ms int) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        INSERT INTO pace (key, held_until) VALUES (k, clock_timestamp() + ms * interval '1 millisecond')
        ON CONFLICT (key) DO UPDATE SET held_until = GREATEST(pace.held_until, EXCLUDED.held_until)${kept}
      $$;`;
}
