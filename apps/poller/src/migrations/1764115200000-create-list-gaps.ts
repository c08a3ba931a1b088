import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** How far the vendor's count of a list and what was published of its members differ though nobody moved. */
export class CreateListGaps1764115200000 implements MigrationInterface {
  readonly name = 'CreateListGaps1764115200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sync.list_gaps (
        connection_id text NOT NULL,
        list_id text NOT NULL,
        gap int NOT NULL,
        confirmed boolean NOT NULL,
        PRIMARY KEY (connection_id, list_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sync.list_gaps');
  }
}
