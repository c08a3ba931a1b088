import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** People who take the profile of their former address over, and when events were sent to somebody. */
export class RenamePeople1764123000000 implements MigrationInterface {
  readonly name = 'RenamePeople1764123000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The rename that is under way or was refused; what it wrote is in the columns of what was written.
      ALTER TABLE ledger.people ADD COLUMN rename jsonb,
      -- When an event was last sent to the address, to within seconds: it may be on its way still.
        ADD COLUMN event_at timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger.people DROP COLUMN rename, DROP COLUMN event_at');
  }
}
