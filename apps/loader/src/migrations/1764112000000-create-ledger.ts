import { type MigrationInterface, type QueryRunner } from '@portage/persistence';

/** What was taken in, per record and person; what was last written to each target; what is under way; what has been settled. */
export class CreateLedger1764112000000 implements MigrationInterface {
  readonly name = 'CreateLedger1764112000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row per key of a compacted stream: its newest version and that version's fate. No outcome yet: deferred.
      CREATE TABLE ledger.records (
        target text NOT NULL,
        stream text NOT NULL,
        key text NOT NULL,
        connection_id text NOT NULL,
        version bigint NOT NULL,
        hash text NOT NULL,
        email text,
        value text,
        partition int NOT NULL,
        kafka_offset bigint NOT NULL,
        outcome text CHECK (outcome IN ('delivered', 'unchanged', 'skipped', 'rejected', 'parked')),
        reason text,
        decided_at timestamptz,
        PRIMARY KEY (target, stream, key)
      );
      CREATE INDEX records_of_person ON ledger.records (target, email) WHERE stream = 'contacts';
      CREATE INDEX records_open ON ledger.records (connection_id, stream) WHERE outcome IS NULL OR outcome = 'parked';

      -- Entries of suppression records, by the address they speak about. Times are milliseconds.
      CREATE TABLE ledger.suppressions (
        target text NOT NULL,
        address text NOT NULL,
        key text NOT NULL,
        connection_id text NOT NULL,
        contact_id text NOT NULL,
        contact_deleted boolean NOT NULL,
        active boolean NOT NULL,
        reason text NOT NULL,
        occurred_at bigint,
        lifted_at bigint,
        observed_at bigint NOT NULL
      );
      CREATE INDEX suppressions_of_person ON ledger.suppressions (target, address);
      CREATE INDEX suppressions_of_record ON ledger.suppressions (target, key);

      CREATE TABLE ledger.phones (
        target text NOT NULL,
        phone text NOT NULL,
        key text NOT NULL,
        PRIMARY KEY (target, phone, key)
      );
      CREATE INDEX phones_of_contact ON ledger.phones (target, key);

      -- Addresses that a contact had before: whoever left one is not mailed at it.
      CREATE TABLE ledger.former_addresses (
        target text NOT NULL,
        email text NOT NULL,
        key text NOT NULL,
        left_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (target, email, key)
      );
      CREATE INDEX former_addresses_of_contact ON ledger.former_addresses (target, key);

      -- One row per person: what was last written, what is in flight, what is due.
      CREATE TABLE ledger.people (
        target text NOT NULL,
        email text NOT NULL,
        connections text[] NOT NULL,
        -- Grows with every input: whoever worked from older inputs has to decide again.
        inputs bigint NOT NULL DEFAULT 1,
        phase text NOT NULL,
        lane smallint NOT NULL,
        due_at timestamptz,
        claim bigint,
        -- An opt-out may have been taken in that is not known to be in effect.
        exposed boolean NOT NULL DEFAULT true,
        -- Settled at least once: events may follow.
        ready boolean NOT NULL DEFAULT false,
        wrote boolean NOT NULL DEFAULT false,
        skipped text,
        opt_out jsonb,
        written jsonb,
        subscription jsonb,
        profile jsonb,
        lists text[] NOT NULL DEFAULT '{}',
        awaited_lists text[] NOT NULL DEFAULT '{}',
        open_jobs int NOT NULL DEFAULT 0,
        rejected jsonb,
        -- An opt-out in Klaviyo at a former address counts here too.
        inherited boolean NOT NULL DEFAULT false,
        conflict text,
        conflict_since timestamptz,
        PRIMARY KEY (target, email)
      ) WITH (fillfactor = 80);
      CREATE INDEX people_due ON ledger.people (target, lane, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX people_claimed ON ledger.people (claim) WHERE claim IS NOT NULL;
      CREATE INDEX people_at_gate ON ledger.people (target) WHERE phase = 'gate' AND due_at IS NULL;
      CREATE INDEX people_awaiting_lists ON ledger.people (target) WHERE awaited_lists <> '{}';
      CREATE INDEX people_by_phone ON ledger.people (target, (profile->>'phone')) WHERE profile->>'phone' IS NOT NULL;
      CREATE INDEX people_in_conflict ON ledger.people (target) WHERE conflict IS NOT NULL;

      -- Work of one process on many rows under one expiring claim; the id is the fence.
      CREATE TABLE ledger.claims (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner text NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE TABLE ledger.leases (key text PRIMARY KEY, owner text NOT NULL, fence bigint NOT NULL, expires_at timestamptz NOT NULL);

      CREATE TABLE ledger.lists (
        target text NOT NULL,
        key text NOT NULL,
        connection_id text NOT NULL,
        list_id text NOT NULL,
        name text NOT NULL,
        deleted boolean NOT NULL,
        state text NOT NULL CHECK (state IN ('new', 'creating', 'ready', 'postponed', 'unwanted')),
        klaviyo_id text,
        klaviyo_name text,
        mapped boolean NOT NULL DEFAULT false,
        -- While creating: the name asked for, when, and which lists of that name were there before.
        create_name text,
        create_sent_at timestamptz,
        known_ids text[] NOT NULL DEFAULT '{}',
        due_at timestamptz,
        PRIMARY KEY (target, key)
      );

      -- Bulk imports: a row before the request leaves, the job's id before it counts as sent.
      CREATE TABLE ledger.jobs (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        target text NOT NULL,
        list_id text,
        klaviyo_id text,
        state text NOT NULL CHECK (state IN ('submitting', 'processing')),
        claim bigint,
        due_at timestamptz NOT NULL,
        polls int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX jobs_due ON ledger.jobs (target, due_at) WHERE claim IS NULL;
      CREATE INDEX jobs_claimed ON ledger.jobs (claim) WHERE claim IS NOT NULL;
      CREATE TABLE ledger.job_rows (
        job_id bigint NOT NULL,
        row int NOT NULL,
        email text NOT NULL,
        fingerprint text NOT NULL,
        -- What the row writes besides the membership; none for further lists.
        profile jsonb,
        PRIMARY KEY (job_id, row)
      );

      CREATE TABLE ledger.marks (
        connection_id text NOT NULL,
        stream text NOT NULL,
        run_id text NOT NULL,
        completed_at bigint NOT NULL,
        end_offsets bigint[] NOT NULL,
        topic text NOT NULL,
        settled_at timestamptz,
        first_settled_at timestamptz,
        PRIMARY KEY (connection_id, stream)
      );
      CREATE TABLE ledger.gates (connection_id text PRIMARY KEY, opened_at timestamptz NOT NULL DEFAULT now());

      -- Invariant 2: where each partition is settled; taken is how far its records are in this schema.
      CREATE TABLE ledger.positions (
        topic text NOT NULL,
        partition int NOT NULL,
        position bigint NOT NULL,
        taken bigint NOT NULL,
        settled_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, partition)
      );

      CREATE TABLE ledger.activity_counts (
        target text NOT NULL,
        connection_id text NOT NULL,
        campaign_activity_id text NOT NULL,
        type text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        n bigint NOT NULL,
        PRIMARY KEY (target, connection_id, campaign_activity_id, type, outcome, reason)
      );
      -- Activities that were not delivered, for the owner and for a redrive.
      CREATE TABLE ledger.activity_exceptions (
        topic text NOT NULL,
        partition int NOT NULL,
        kafka_offset bigint NOT NULL,
        target text NOT NULL,
        key text NOT NULL,
        dedup_key text NOT NULL,
        type text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (topic, partition, kafka_offset)
      );

      CREATE TABLE ledger.calls (
        connection_id text NOT NULL,
        endpoint text NOT NULL,
        n bigint NOT NULL,
        PRIMARY KEY (connection_id, endpoint)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ledger.records, ledger.suppressions, ledger.phones, ledger.former_addresses, ledger.people,
      ledger.claims, ledger.leases, ledger.lists, ledger.jobs, ledger.job_rows, ledger.marks, ledger.gates, ledger.positions,
      ledger.activity_counts, ledger.activity_exceptions, ledger.calls`);
  }
}
