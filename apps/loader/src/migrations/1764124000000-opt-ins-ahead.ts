import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** People with an opt-in date that still lies ahead: they are decided on anew then. */
export class OptInsAhead1764124000000 implements MigrationInterface {
  readonly name = 'OptInsAhead1764124000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger.people ADD COLUMN opt_in_at timestamptz;
      CREATE INDEX people_by_opt_in ON ledger.people (opt_in_at) WHERE opt_in_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger.people_by_opt_in; ALTER TABLE ledger.people DROP COLUMN opt_in_at');
  }
}
