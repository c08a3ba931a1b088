import { type Cause } from './audit.js';

type JobStatus = 'queued' | 'processing' | 'complete' | 'cancelled';

/** A profile as it stands in a request. */
export interface ProfileRow {
  id?: string;
  attributes: Record<string, unknown>;
  meta?: {
    patch_properties?: {
      append?: Record<string, unknown> | null;
      unappend?: Record<string, unknown> | null;
      unset?: string | string[];
    };
  };
}

export interface ImportError {
  id: string;
  code: string;
  title: string;
  detail: string;
  pointer: string;
  originalPayload: Record<string, unknown>;
}

/** Times in milliseconds. */
export interface ImportJob {
  id: string;
  status: JobStatus;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
  expiresAt: number;
  total: number;
  completed: number;
  failed: number;
  listId: string | null;
  /** Emptied when done. */
  rows: ProfileRow[];
  errors: ImportError[];
  profileIds: string[];
  cause: Cause;
}

export interface SuppressionJob {
  id: string;
  kind: 'create' | 'delete';
  status: JobStatus;
  createdAt: number;
  completedAt: number;
  total: number;
  completed: number;
  skipped: number;
  listId: string | null;
  emails: string[];
  cause: Cause;
}
