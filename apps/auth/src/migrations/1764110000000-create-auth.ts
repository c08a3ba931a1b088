import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** Connections, their credentials, consents under way, token exchanges, audit. Secret columns hold sealed envelopes only. */
export class CreateAuth1764110000000 implements MigrationInterface {
  readonly name = 'CreateAuth1764110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE auth.connections (
        id text PRIMARY KEY,
        name text NOT NULL,
        options jsonb NOT NULL,
        paused boolean NOT NULL DEFAULT false,
        disconnected boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        connected_at timestamptz,
        source_account_id text,
        source_organization text,
        source_country text,
        target_account_id text NOT NULL,
        target_organization text
      );
      -- One connection per source account; a disconnected one gives the account free.
      CREATE UNIQUE INDEX one_connection_per_account ON auth.connections (source_account_id)
        WHERE source_account_id IS NOT NULL AND NOT disconnected;

      CREATE TABLE auth.credentials (
        connection_id text NOT NULL REFERENCES auth.connections ON DELETE CASCADE,
        provider text NOT NULL CHECK (provider IN ('constant-contact', 'klaviyo')),
        kind text NOT NULL CHECK (kind IN ('oauth', 'private_key')),
        state text NOT NULL CHECK (state IN ('awaiting', 'ready', 'rejected', 'destroyed')),
        reason text,
        client_id text,
        client_secret text,
        private_key text,
        access_token text,
        refresh_token text,
        -- Grows with every credential stored: what callers name when the vendor refused one.
        generation int NOT NULL DEFAULT 0,
        issued_at timestamptz,
        expires_at timestamptz,
        failures int NOT NULL DEFAULT 0,
        retry_at timestamptz,
        PRIMARY KEY (connection_id, provider)
      );

      CREATE TABLE auth.leases (key text PRIMARY KEY, owner text NOT NULL, fence bigint NOT NULL, expires_at timestamptz NOT NULL);

      -- The journal: a row is opened before a refresh token is sent and ended with what became of it.
      CREATE TABLE auth.exchanges (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        connection_id text NOT NULL,
        provider text NOT NULL,
        generation int NOT NULL,
        fence bigint NOT NULL,
        attempts int NOT NULL DEFAULT 1,
        started_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        outcome text
      );
      CREATE UNIQUE INDEX one_open_exchange ON auth.exchanges (connection_id, provider) WHERE ended_at IS NULL;

      -- Consents under way. State and cookie are kept as hashes, the PKCE verifier sealed.
      CREATE TABLE auth.authorizations (
        state_hash text PRIMARY KEY,
        connection_id text NOT NULL REFERENCES auth.connections ON DELETE CASCADE,
        cookie_hash text NOT NULL,
        verifier text NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );

      CREATE TABLE auth.audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor text NOT NULL,
        address text,
        action text NOT NULL,
        connection_id text,
        outcome text NOT NULL,
        details jsonb NOT NULL DEFAULT '{}'
      );
      CREATE FUNCTION auth.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON auth.audit
        FOR EACH STATEMENT EXECUTE FUNCTION auth.refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE auth.audit, auth.authorizations, auth.exchanges, auth.leases, auth.credentials, auth.connections;
      DROP FUNCTION auth.refuse_change;
    `);
  }
}
