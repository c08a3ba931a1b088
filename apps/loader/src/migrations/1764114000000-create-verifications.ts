import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Comparisons of source, topics, ledger and Klaviyo, with what they found. */
export class CreateVerifications1764114000000 implements MigrationInterface {
  readonly name = 'CreateVerifications1764114000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger.verifications (
        id text PRIMARY KEY,
        connection_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
        request jsonb NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        reason text,
        report jsonb
      );
      CREATE INDEX verifications_of_connection ON ledger.verifications (connection_id, requested_at);
      CREATE INDEX verifications_unfinished ON ledger.verifications (requested_at) WHERE state IN ('waiting', 'running');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger.verifications');
  }
}
