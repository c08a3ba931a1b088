import { type Cause } from '../state/audit.js';
import { type ProfileRow } from '../state/jobs.js';

export interface ConsentRow {
  email: string | null;
  phone: string | null;
  /** Milliseconds; only with a historical import. */
  consentedAt: number | null;
}

export interface EventRow {
  metric: string;
  /** Milliseconds. */
  time: number;
  /** Null: the time to the second. */
  uniqueId: string | null;
  properties: Record<string, unknown>;
  value: number | null;
  backfill: boolean;
}

export interface EventGroup {
  profile: ProfileRow;
  events: EventRow[];
}

/** What an accepted request will do later. Plain data, so that it survives a restart. */
export type Work =
  | { kind: 'import-start' | 'import-finish'; account: string; job: string }
  | {
      kind: 'subscribe';
      account: string;
      cause: Cause;
      rows: ConsentRow[];
      list: string | null;
      historical: boolean;
      source: string | null;
    }
  | { kind: 'unsubscribe'; account: string; cause: Cause; rows: ConsentRow[]; list: string | null }
  | { kind: 'suppression'; account: string; job: string }
  | { kind: 'events'; account: string; cause: Cause; integration: string; groups: EventGroup[] }
  | { kind: 'deletion'; account: string; cause: Cause; profile: string };
