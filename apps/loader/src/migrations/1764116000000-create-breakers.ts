import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** What share of the last rows Klaviyo rejected, per account and stream, and since when a stream is parked for it. */
export class CreateBreakers1764116000000 implements MigrationInterface {
  readonly name = 'CreateBreakers1764116000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger.breakers (
        target text NOT NULL,
        stream text NOT NULL,
        -- Of the last thousand at most.
        rows float8 NOT NULL DEFAULT 0,
        rejected float8 NOT NULL DEFAULT 0,
        -- The last reason given.
        code text,
        opened_at timestamptz,
        probes int NOT NULL DEFAULT 0,
        probe_at timestamptz,
        -- Rows that may be sent as a try.
        allowed int NOT NULL DEFAULT 0,
        PRIMARY KEY (target, stream)
      );
      CREATE INDEX people_parked ON ledger.people (target) WHERE phase = 'parked';
      -- Rows that Klaviyo refused before it accepted the rest as this job.
      ALTER TABLE ledger.jobs ADD COLUMN refused int NOT NULL DEFAULT 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE ledger.breakers; DROP INDEX ledger.people_parked; ALTER TABLE ledger.jobs DROP COLUMN refused',
    );
  }
}
