import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Activities that are parked: what the catch-up finds them by, and how old they are. */
export class ParkActivities1764121000000 implements MigrationInterface {
  readonly name = 'ParkActivities1764121000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of parked ones only. The time is the record's, in milliseconds.
      ALTER TABLE ledger.activity_exceptions ADD COLUMN connection_id text,
        ADD COLUMN campaign_activity_id text, ADD COLUMN observed_at bigint;
      CREATE INDEX activities_parked ON ledger.activity_exceptions (connection_id, topic, partition, kafka_offset)
        WHERE outcome = 'parked';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ledger.activities_parked;
      ALTER TABLE ledger.activity_exceptions DROP COLUMN connection_id, DROP COLUMN campaign_activity_id,
        DROP COLUMN observed_at`);
  }
}
