import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** What was decided about dead letters. The letters themselves stay on their topic; one without a row is open. */
export class CreateDeadLetterStates1764113000000 implements MigrationInterface {
  readonly name = 'CreateDeadLetterStates1764113000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger.dead_letters (
        topic text NOT NULL,
        partition int NOT NULL,
        kafka_offset bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('redriven', 'dropped')),
        reason text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, partition, kafka_offset)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger.dead_letters');
  }
}
