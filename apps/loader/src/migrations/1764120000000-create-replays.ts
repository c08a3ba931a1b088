import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Replays with their progress and reports, what each has selected, and as of which pass they brought what they brought. */
export class CreateReplays1764120000000 implements MigrationInterface {
  readonly name = 'CreateReplays1764120000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger.replays (
        id text PRIMARY KEY,
        connection_id text NOT NULL,
        target_connection_id text NOT NULL,
        request jsonb NOT NULL,
        -- Equal for replays that select the same for the same target, whatever their mode.
        fingerprint text NOT NULL,
        state text NOT NULL CHECK (state IN ('created', 'running', 'paused', 'done', 'cancelled', 'failed')),
        -- Why it failed, or what it waits for.
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        -- Whoever runs it stores under this id only: a process that was overtaken stores nothing.
        runner text,
        plan jsonb,
        progress jsonb NOT NULL DEFAULT '{}',
        report jsonb
      );
      CREATE INDEX replays_running ON ledger.replays (started_at) WHERE state = 'running';

      -- What a replay under way has selected of the compacted streams; no outcome: its fate is told in ledger.records.
      CREATE TABLE ledger.replay_records (
        replay_id text NOT NULL,
        stream text NOT NULL,
        key text NOT NULL,
        version bigint NOT NULL,
        outcome text,
        reason text,
        PRIMARY KEY (replay_id, stream, key)
      );
      CREATE INDEX replay_records_open ON ledger.replay_records (replay_id, stream) WHERE outcome IS NULL;

      -- Records that a replay brought from one connection to another name an origin instead of a connection: the pass that
      -- they are known as of, and where the source's own ledger is.
      CREATE TABLE ledger.replay_origins (
        origin text PRIMARY KEY,
        connection_id text NOT NULL,
        connection_target text NOT NULL,
        pass_completed_at bigint NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger.replays, ledger.replay_records, ledger.replay_origins');
  }
}
