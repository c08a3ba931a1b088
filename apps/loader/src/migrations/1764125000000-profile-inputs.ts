import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Which inputs the last import was decided on: while there are no others, what it would write need not be worked out again. */
export class ProfileInputs1764125000000 implements MigrationInterface {
  readonly name = 'ProfileInputs1764125000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.people ADD COLUMN profile_inputs bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.people DROP COLUMN profile_inputs');
  }
}
