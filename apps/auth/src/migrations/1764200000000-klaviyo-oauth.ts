import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Klaviyo by OAuth is known by its account only after the consent; a consent is of one vendor, and may be meant for another account. */
export class KlaviyoOAuth1764200000000 implements MigrationInterface {
  readonly name = 'KlaviyoOAuth1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE auth.connections ALTER COLUMN target_account_id DROP NOT NULL;
      ALTER TABLE auth.authorizations
        ADD COLUMN provider text NOT NULL DEFAULT 'constant-contact' CHECK (provider IN ('constant-contact', 'klaviyo')),
        ADD COLUMN forced boolean NOT NULL DEFAULT false;
      CREATE INDEX audit_by_connection ON auth.audit (connection_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX auth.audit_by_connection;
      ALTER TABLE auth.authorizations DROP COLUMN forced, DROP COLUMN provider;
      DELETE FROM auth.connections WHERE target_account_id IS NULL;
      ALTER TABLE auth.connections ALTER COLUMN target_account_id SET NOT NULL;
    `);
  }
}
