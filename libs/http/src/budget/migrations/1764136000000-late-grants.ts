import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/**
 * Who asks a little late, because timers and answers take their milliseconds, no longer puts off everybody who follows: the next
 * grant is due by when this one was due. At most 8 ms of it: five grants that are spaced by 255 ms still take 12 ms more than a
 * second, which is for the network's jitter.
 */
export class LateGrants1764136000000 implements MigrationInterface {
  readonly name = 'LateGrants1764136000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE budget.pace ADD COLUMN paced_at timestamptz NOT NULL DEFAULT '-infinity';
      UPDATE budget.pace SET paced_at = last_at;
      ${take('paced_at', ", paced_at = GREATEST(at - interval '8 milliseconds', p.paced_at + spacing_ms * interval '1 millisecond')")}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`${take('last_at', '')} ALTER TABLE budget.pace DROP COLUMN paced_at`);
  }
}

/**
 * @param since  the column from which the next grant's time is reckoned
 * @param kept  what else a grant changes in the row
 * @param distance  milliseconds from one grant to the next
 */
export function take(since: string, kept: string, distance = 'spacing_ms'): string {
  return `CREATE OR REPLACE FUNCTION budget.take(k text, spacing_ms float8, per_minute int, per_day int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = budget AS $$
    DECLARE
      p pace%ROWTYPE;
      at timestamptz;
      this_second bigint;
      in_minute bigint;
      oldest bigint;
      today date;
      d days%ROWTYPE;
      wait float8;
    BEGIN
      INSERT INTO pace (key) VALUES (k) ON CONFLICT DO NOTHING;
      SELECT * INTO p FROM pace WHERE key = k FOR UPDATE;
      -- Read after the row lock: the time spent waiting for it counts.
      at := clock_timestamp();
      IF per_day > 0 THEN
        today := (at AT TIME ZONE 'UTC')::date;
        SELECT * INTO d FROM days WHERE key = k AND day = today;
        IF FOUND AND (d.spent OR d.used >= per_day) THEN RETURN -1; END IF;
      END IF;
      wait := GREATEST(
        CASE WHEN isfinite(p.${since}) THEN ${distance} - extract(epoch FROM at - p.${since}) * 1000 ELSE 0 END,
        CASE WHEN isfinite(p.held_until) THEN extract(epoch FROM p.held_until - at) * 1000 ELSE 0 END);
      IF wait > 0 THEN RETURN ceil(wait); END IF;
      IF per_minute > 0 THEN
        this_second := floor(extract(epoch FROM at));
        DELETE FROM seconds WHERE key = k AND second < this_second - 60;
        SELECT sum(used), min(second) INTO in_minute, oldest FROM seconds WHERE key = k;
        IF in_minute >= per_minute THEN
          RETURN GREATEST(1, ceil((oldest + 61 - extract(epoch FROM at)) * 1000));
        END IF;
        INSERT INTO seconds VALUES (k, this_second, 1) ON CONFLICT (key, second) DO UPDATE SET used = seconds.used + 1;
      END IF;
      UPDATE pace SET last_at = at${kept} WHERE key = k;
      IF per_day > 0 THEN
        INSERT INTO days VALUES (k, today, 1) ON CONFLICT (key, day) DO UPDATE SET used = days.used + 1;
      END IF;
      RETURN 0;
    END $$;`;
}
