import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Quotas of both vendors: one row of pace per key, a count per second and per day. */
export class CreateBudget1764108000000 implements MigrationInterface {
  readonly name = 'CreateBudget1764108000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE budget.pace (
        key text PRIMARY KEY,
        last_at timestamptz NOT NULL DEFAULT '-infinity',
        held_until timestamptz NOT NULL DEFAULT '-infinity'
      );
      CREATE UNLOGGED TABLE budget.seconds (key text, second bigint, used int NOT NULL, PRIMARY KEY (key, second));
      CREATE TABLE budget.days (key text, day date, used int NOT NULL, spent boolean NOT NULL DEFAULT false, PRIMARY KEY (key, day));

      -- Grants one request (0), or answers the milliseconds to wait, or -1 when the day is spent.
      CREATE FUNCTION budget.take(k text, spacing_ms float8, per_minute int, per_day int) RETURNS int
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
          CASE WHEN isfinite(p.last_at) THEN spacing_ms - extract(epoch FROM at - p.last_at) * 1000 ELSE 0 END,
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
        UPDATE pace SET last_at = at WHERE key = k;
        IF per_day > 0 THEN
          INSERT INTO days VALUES (k, today, 1) ON CONFLICT (key, day) DO UPDATE SET used = days.used + 1;
        END IF;
        RETURN 0;
      END $$;

      CREATE FUNCTION budget.hold(k text, ms int) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        INSERT INTO pace (key, held_until) VALUES (k, clock_timestamp() + ms * interval '1 millisecond')
        ON CONFLICT (key) DO UPDATE SET held_until = GREATEST(pace.held_until, EXCLUDED.held_until)
      $$;

      CREATE FUNCTION budget.spend_day(k text) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        INSERT INTO days VALUES (k, (clock_timestamp() AT TIME ZONE 'UTC')::date, 0, true)
        ON CONFLICT (key, day) DO UPDATE SET spent = true
      $$;

      CREATE FUNCTION budget.used_today(k text) RETURNS int
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = budget AS $$
        SELECT coalesce((SELECT used FROM days WHERE key = k AND day = (clock_timestamp() AT TIME ZONE 'UTC')::date), 0)
      $$;

      GRANT USAGE ON SCHEMA budget TO portage_auth, portage_poller, portage_loader;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA budget TO portage_auth, portage_poller, portage_loader;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION budget.take, budget.hold, budget.spend_day, budget.used_today');
    await runner.query('DROP TABLE budget.pace, budget.seconds, budget.days');
  }
}
