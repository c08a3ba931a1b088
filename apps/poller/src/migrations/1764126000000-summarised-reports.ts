import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** The campaign's summary as of a report's last read: it may tell of rows that the mailing's own counts do not. */
export class SummarisedReports1764126000000 implements MigrationInterface {
  readonly name = 'SummarisedReports1764126000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sync.reports ADD COLUMN summarised bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sync.reports DROP COLUMN summarised');
  }
}
