import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Where reading stands, per connection: passes, cursors, what was last published, and the page that is on its way. */
export class CreateSync1764111000000 implements MigrationInterface {
  readonly name = 'CreateSync1764111000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sync.leases (key text PRIMARY KEY, owner text NOT NULL, fence bigint NOT NULL, expires_at timestamptz NOT NULL);

      CREATE TABLE sync.runs (
        run_id text PRIMARY KEY,
        connection_id text NOT NULL,
        trigger text NOT NULL CHECK (trigger IN ('first', 'schedule', 'request')),
        sweep boolean NOT NULL DEFAULT false,
        republish boolean NOT NULL DEFAULT false,
        -- Somebody waits for its report.
        asked boolean NOT NULL DEFAULT false,
        state text NOT NULL CHECK (state IN ('waiting', 'running', 'parked', 'done', 'failed')),
        reason text,
        phase text,
        -- Where each phase stands; gone with the pass.
        progress jsonb NOT NULL DEFAULT '{}',
        failures int NOT NULL DEFAULT 0,
        requested_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        resume_at timestamptz,
        finished_at timestamptz
      );
      CREATE UNIQUE INDEX one_waiting_run ON sync.runs (connection_id) WHERE state = 'waiting';
      CREATE INDEX runs_by_connection ON sync.runs (connection_id, requested_at DESC);

      CREATE TABLE sync.run_figures (
        run_id text NOT NULL REFERENCES sync.runs ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('published', 'calls', 'seconds')),
        name text NOT NULL,
        value double precision NOT NULL,
        PRIMARY KEY (run_id, kind, name)
      );

      CREATE TABLE sync.streams (
        connection_id text NOT NULL,
        stream text NOT NULL,
        cursor jsonb NOT NULL DEFAULT '{}',
        -- Up to which moment the stream was read completely.
        fresh_at timestamptz,
        published bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (connection_id, stream)
      );

      -- The page that may be in Kafka already.
      CREATE TABLE sync.pages (
        connection_id text PRIMARY KEY,
        page_id text NOT NULL,
        run_id text NOT NULL,
        topic text NOT NULL,
        observed_at bigint NOT NULL
      );

      -- Everything that is to hold once the page is in Kafka, part by part. Read once, so not worth compressing.
      CREATE TABLE sync.page_effects (
        connection_id text NOT NULL REFERENCES sync.pages ON DELETE CASCADE,
        part text NOT NULL,
        items jsonb NOT NULL,
        PRIMARY KEY (connection_id, part)
      );
      ALTER TABLE sync.page_effects ALTER COLUMN items SET STORAGE EXTERNAL;

      -- What was last published, by key. The value is kept because a delete carries it, and the next suppressions start from it.
      CREATE TABLE sync.records (
        connection_id text NOT NULL,
        stream text NOT NULL,
        source_id text NOT NULL,
        hash text NOT NULL,
        version bigint NOT NULL,
        run_id text NOT NULL,
        value jsonb NOT NULL,
        PRIMARY KEY (connection_id, stream, source_id)
      );

      -- Who a full walk has met. Narrow, because every walk rewrites it.
      CREATE TABLE sync.seen (
        connection_id text NOT NULL,
        stream text NOT NULL,
        source_id text NOT NULL,
        walk bigint NOT NULL,
        PRIMARY KEY (connection_id, stream, source_id)
      ) WITH (fillfactor = 60);

      CREATE TABLE sync.campaigns (
        connection_id text NOT NULL,
        campaign_id text NOT NULL,
        name text,
        last_sent_at bigint,
        counts jsonb NOT NULL,
        -- Whether the campaign's mailings are known as of its last sending.
        detailed boolean NOT NULL DEFAULT false,
        vanished boolean NOT NULL DEFAULT false,
        PRIMARY KEY (connection_id, campaign_id)
      );

      CREATE TABLE sync.mailings (
        connection_id text NOT NULL,
        activity_id text NOT NULL,
        campaign_id text NOT NULL,
        role text NOT NULL,
        subject text,
        described boolean NOT NULL DEFAULT false,
        stats jsonb,
        PRIMARY KEY (connection_id, activity_id)
      );

      CREATE TABLE sync.reports (
        connection_id text NOT NULL,
        activity_id text NOT NULL,
        report text NOT NULL,
        -- Newest moment whose rows were all read, with the rows of that very moment; null before the first complete read.
        watermark bigint,
        at_watermark jsonb NOT NULL DEFAULT '{}',
        -- A read that has not reached the watermark yet.
        walk jsonb,
        -- Whether its rows are published as activities.
        feeds boolean NOT NULL DEFAULT false,
        due boolean NOT NULL DEFAULT false,
        -- The vendor's own count when the report was last read.
        counted bigint,
        rows bigint NOT NULL DEFAULT 0,
        published bigint NOT NULL DEFAULT 0,
        read_at timestamptz,
        PRIMARY KEY (connection_id, activity_id, report)
      );
      CREATE INDEX reports_due ON sync.reports (connection_id) WHERE due;

      -- Bounces and opt-outs of everybody, signs of life of those who bounced.
      CREATE TABLE sync.evidence (
        connection_id text NOT NULL,
        contact_id text NOT NULL,
        row_key text NOT NULL,
        report text NOT NULL,
        address text,
        at bigint NOT NULL,
        campaign_id text,
        activity_id text,
        bounce_code text,
        PRIMARY KEY (connection_id, contact_id, row_key)
      );

      -- Contacts with evidence. due: something about them changed since the rules were last applied.
      CREATE TABLE sync.subjects (
        connection_id text NOT NULL,
        contact_id text NOT NULL,
        due boolean NOT NULL DEFAULT true,
        -- Whether new bounces came since the contact's signs of life were read.
        unread boolean NOT NULL DEFAULT true,
        -- Signs of life are kept from the first bounce on.
        watched boolean NOT NULL DEFAULT false,
        PRIMARY KEY (connection_id, contact_id)
      );
      CREATE INDEX subjects_due ON sync.subjects (connection_id) WHERE due;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sync.subjects, sync.evidence, sync.reports, sync.mailings, sync.campaigns, sync.seen,
      sync.records, sync.page_effects, sync.pages, sync.streams, sync.run_figures, sync.runs, sync.leases`);
  }
}
