import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** When the vendor said that it does not know something, so that it can be looked at again. */
export class CreateSecondLooks1764129600000 implements MigrationInterface {
  readonly name = 'CreateSecondLooks1764129600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- When the vendor last said that it does not know them.
      ALTER TABLE sync.campaigns ADD COLUMN vanished_at timestamptz;
      UPDATE sync.campaigns SET vanished_at = now() WHERE vanished;
      ALTER TABLE sync.campaigns DROP COLUMN vanished;
      ALTER TABLE sync.mailings
        ADD COLUMN vanished_at timestamptz,
        -- When the vendor was last asked for its stats; it may have had none.
        ADD COLUMN stats_at timestamptz;
      UPDATE sync.mailings SET vanished_at = now(), role = 'primary_email' WHERE role = 'vanished';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE sync.mailings SET role = 'vanished' WHERE vanished_at IS NOT NULL;
      ALTER TABLE sync.mailings DROP COLUMN vanished_at, DROP COLUMN stats_at;
      ALTER TABLE sync.campaigns ADD COLUMN vanished boolean NOT NULL DEFAULT false;
      UPDATE sync.campaigns SET vanished = vanished_at IS NOT NULL;
      ALTER TABLE sync.campaigns DROP COLUMN vanished_at;
    `);
  }
}
