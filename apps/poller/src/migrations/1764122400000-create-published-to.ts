import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Where what was published lies, so that a topic that was lost is noticed. */
export class CreatePublishedTo1764122400000 implements MigrationInterface {
  readonly name = 'CreatePublishedTo1764122400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sync.published_to (
        connection_id text NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL,
        -- Cluster and prefix of the topic.
        place text NOT NULL,
        -- The partition ended here or later when a page of the connection was last acknowledged.
        end_offset bigint NOT NULL,
        PRIMARY KEY (connection_id, topic, partition)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sync.published_to');
  }
}
