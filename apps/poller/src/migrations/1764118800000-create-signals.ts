import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** What people ask of the reading, what became of it, and how each stream's state moved. */
export class CreateSignals1764118800000 implements MigrationInterface {
  readonly name = 'CreateSignals1764118800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sync.runs DROP CONSTRAINT runs_state_check;
      ALTER TABLE sync.runs ADD CONSTRAINT runs_state_check
        CHECK (state IN ('waiting', 'running', 'parked', 'done', 'failed', 'stopped'));
      ALTER TABLE sync.runs
        ADD COLUMN snapshot boolean NOT NULL DEFAULT false,
        -- Empty: the whole account; else some lists, or what changed since a moment.
        ADD COLUMN scope jsonb NOT NULL DEFAULT '{}';
      DROP INDEX sync.one_waiting_run;
      CREATE UNIQUE INDEX one_waiting_run ON sync.runs (connection_id, scope) WHERE state = 'waiting';

      CREATE TABLE sync.signals (
        signal_id text PRIMARY KEY,
        connection_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('sync', 'snapshot', 'sweep', 'stop', 'pause', 'resume')),
        asked jsonb NOT NULL,
        -- The pass that carries it out.
        run_id text,
        -- The lease under which work went on when it was given; it is carried out when that one has ended.
        fence bigint,
        state text NOT NULL CHECK (state IN ('accepted', 'done', 'failed', 'stopped')),
        result text,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      );
      CREATE INDEX signals_by_connection ON sync.signals (connection_id, requested_at DESC);
      CREATE INDEX open_signals ON sync.signals (connection_id) WHERE state = 'accepted';

      -- Connections that are not read until somebody resumes them.
      CREATE TABLE sync.pauses (
        connection_id text PRIMARY KEY,
        paused_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE sync.stream_states (
        connection_id text NOT NULL,
        stream text NOT NULL,
        state text NOT NULL CHECK (state IN ('snapshot', 'delta', 'sweep', 'idle', 'paused', 'parked', 'failed')),
        reason text,
        run_id text,
        since timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (connection_id, stream)
      );

      CREATE TABLE sync.transitions (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        connection_id text NOT NULL,
        stream text NOT NULL,
        former text,
        state text NOT NULL,
        reason text,
        run_id text,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX transitions_by_connection ON sync.transitions (connection_id, id DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sync.transitions, sync.stream_states, sync.pauses, sync.signals;
      DROP INDEX sync.one_waiting_run;
      DELETE FROM sync.runs WHERE state = 'stopped' OR scope <> '{}';
      ALTER TABLE sync.runs DROP COLUMN snapshot, DROP COLUMN scope, DROP CONSTRAINT runs_state_check;
      ALTER TABLE sync.runs ADD CONSTRAINT runs_state_check CHECK (state IN ('waiting', 'running', 'parked', 'done', 'failed'));
      CREATE UNIQUE INDEX one_waiting_run ON sync.runs (connection_id) WHERE state = 'waiting';
    `);
  }
}
