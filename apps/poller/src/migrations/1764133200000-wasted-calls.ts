import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** A pass also counts the calls that brought nothing. */
export class WastedCalls1764133200000 implements MigrationInterface {
  readonly name = 'WastedCalls1764133200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sync.run_figures DROP CONSTRAINT run_figures_kind_check;
      ALTER TABLE sync.run_figures ADD CONSTRAINT run_figures_kind_check
        CHECK (kind IN ('published', 'calls', 'wasted', 'seconds'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM sync.run_figures WHERE kind = 'wasted';
      ALTER TABLE sync.run_figures DROP CONSTRAINT run_figures_kind_check;
      ALTER TABLE sync.run_figures ADD CONSTRAINT run_figures_kind_check CHECK (kind IN ('published', 'calls', 'seconds'));
    `);
  }
}
