import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** A page on its way says how many records it has. One from before has none, so it counts as unpublished and is read again. */
export class CountPages1764137000000 implements MigrationInterface {
  readonly name = 'CountPages1764137000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sync.pages ADD COLUMN records integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sync.pages DROP COLUMN records');
  }
}
