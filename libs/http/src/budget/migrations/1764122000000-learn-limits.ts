import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Limits that the vendors' own answers have named, so that every process knows what one has been told. */
export class LearnLimits1764122000000 implements MigrationInterface {
  readonly name = 'LearnLimits1764122000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE budget.limits (
        key text PRIMARY KEY,
        per_second float8,
        per_minute float8,
        per_day float8,
        learned_at timestamptz NOT NULL DEFAULT now()
      );

      -- A window that an answer does not name stays as it was.
      CREATE FUNCTION budget.learn(k text, s float8, m float8, d float8) RETURNS void
      LANGUAGE sql SECURITY DEFINER SET search_path = budget AS $$
        INSERT INTO limits (key, per_second, per_minute, per_day) VALUES (k, s, m, d)
        ON CONFLICT (key) DO UPDATE SET per_second = COALESCE(EXCLUDED.per_second, limits.per_second),
          per_minute = COALESCE(EXCLUDED.per_minute, limits.per_minute), per_day = COALESCE(EXCLUDED.per_day, limits.per_day),
          learned_at = now()
      $$;

      CREATE FUNCTION budget.learned(k text) RETURNS TABLE (per_second float8, per_minute float8, per_day float8)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = budget AS $$
        SELECT per_second, per_minute, per_day FROM limits WHERE key = k
      $$;

      GRANT EXECUTE ON FUNCTION budget.learn, budget.learned TO portage_auth, portage_poller, portage_loader;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION budget.learn, budget.learned');
    await runner.query('DROP TABLE budget.limits');
  }
}
