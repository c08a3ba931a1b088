import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** What the poller that measures lag has last seen, for all replicas. */
export class CreateLag1764112800000 implements MigrationInterface {
  readonly name = 'CreateLag1764112800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sync.lag (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        measured_at timestamptz NOT NULL,
        partitions jsonb NOT NULL,
        groups jsonb NOT NULL
      );

      -- The newest complete state of each stream of which everything was delivered.
      CREATE TABLE sync.deliveries (
        connection_id text NOT NULL,
        stream text NOT NULL,
        completed_at timestamptz NOT NULL,
        PRIMARY KEY (connection_id, stream)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sync.deliveries, sync.lag');
  }
}
