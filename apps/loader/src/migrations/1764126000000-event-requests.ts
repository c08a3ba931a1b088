import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Which events left of late, request by request, instead of when one last left for somebody. */
export class EventRequests1764126000000 implements MigrationInterface {
  readonly name = 'EventRequests1764126000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Kept only as long as an event may still be on its way.
      CREATE TABLE ledger.event_requests (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        target text NOT NULL,
        sent_at timestamptz NOT NULL DEFAULT now(),
        -- Side by side: to whom, and which.
        emails text[] NOT NULL,
        unique_ids text[] NOT NULL
      );
      -- Of what was sent before it is not known what it was; so it is not seen to land.
      INSERT INTO ledger.event_requests (target, sent_at, emails, unique_ids)
      SELECT target, max(event_at), array_agg(email), array_agg(''::text) FROM ledger.people
      WHERE event_at > now() - interval '1 hour' GROUP BY target;
      ALTER TABLE ledger.people DROP COLUMN event_at;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger.people ADD COLUMN event_at timestamptz;
      UPDATE ledger.people p SET event_at = r.sent_at
      FROM ledger.event_requests r WHERE r.target = p.target AND p.email = ANY(r.emails);
      DROP TABLE ledger.event_requests;
    `);
  }
}
