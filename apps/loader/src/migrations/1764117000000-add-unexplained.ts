import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** How often a person was in an import that failed in part without saying for whom. */
export class AddUnexplained1764117000000 implements MigrationInterface {
  readonly name = 'AddUnexplained1764117000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.people ADD COLUMN unexplained smallint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.people DROP COLUMN unexplained');
  }
}
