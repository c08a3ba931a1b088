import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** The look at every opt-out with which the initial migration of a connection ends. */
export class CreateFinalLooks1764115000000 implements MigrationInterface {
  readonly name = 'CreateFinalLooks1764115000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger.final_looks (
        target text NOT NULL,
        connection_id text NOT NULL,
        -- Everybody up to this address was looked at.
        last_email text NOT NULL DEFAULT '',
        looked int NOT NULL DEFAULT 0,
        -- Opt-outs that did not hold any more.
        lost int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz NOT NULL DEFAULT now(),
        -- All were looked at and those lost hold again.
        finished_at timestamptz,
        PRIMARY KEY (target, connection_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger.final_looks');
  }
}
