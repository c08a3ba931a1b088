import { hash } from 'node:crypto';
import { type Stream } from '@portage/records';
import { type Outcomes } from '../report/outcomes.js';
import { type DryFindings } from './dry-report.js';

export type ReplayState = 'created' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';

/** Where a range begins or ends: a time (milliseconds) of the records, or an offset by partition; `*` stands for all others. */
export type Bound = { readonly time: number } | { readonly offsets: Readonly<Record<string, number>> };

/** What of a connection's records is replayed. Suppressions always are, whole, whatever this says. */
export interface Selection {
  readonly streams: readonly Stream[];
  /** The first record that counts; null: from the beginning. */
  readonly from: Bound | null;
  /** The first record that counts no more; null: up to the end. */
  readonly to: Bound | null;
  /** Contact ids; null: everyone. */
  readonly people: readonly string[] | null;
  /** Source list ids; null: whatever list, or none. */
  readonly lists: readonly string[] | null;
}

export interface ReplayRequest extends Selection {
  readonly connectionId: string;
  readonly targetConnectionId: string;
  readonly mode: 'dry' | 'write';
  /** Of the target's limits, up to 1. */
  readonly rate: number;
  /** The dry run that a write rests on. */
  readonly dryRunId: string | null;
  /** The owner wants to write without a dry run. */
  readonly yes: boolean;
}

/** A replay of single people keeps their contact ids, so there has to be an end; beyond it one of everybody costs little more. */
export const MOST_PEOPLE = 100_000;

/** Fixed when a replay starts; it never reads further. */
export interface ReplayPlan {
  /** End offsets by stream and partition. */
  readonly ends: Readonly<Record<Stream, Readonly<Record<string, number>>>>;
  /** The source's last complete pass, as far as its marks were known; null: there was none. */
  readonly pass: { readonly runId: string; readonly completedAt: number } | null;
}

/** Why a record that was read is not part of the replay. */
export type LeftOut = 'superseded' | 'erased' | 'outside_range' | 'other_people' | 'other_lists';

/** How far a stream is; stored with what was done, so that a kill counts nothing twice. */
export interface StreamProgress {
  /** Next offset by partition; partitions that were not begun are absent. */
  readonly positions: Readonly<Record<string, number>>;
  readonly finished: boolean;
  /** Records of the connection. */
  readonly read: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  /** Of records whose fate is known at once; those in the ledger are counted there. */
  readonly outcomes: Outcomes;
}

export type ReplayProgress = Readonly<Partial<Record<Stream, StreamProgress>>>;

export interface StreamReport {
  readonly read: number;
  /** Sum of the outcomes. */
  readonly selected: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  readonly outcomes: Outcomes;
}

/** What came of a replay, or in a dry run what would. */
export interface ReplayReport {
  readonly streams: Readonly<Record<Stream, StreamReport>>;
  readonly dryRun: DryFindings | null;
}

export interface Replay {
  readonly id: string;
  readonly request: ReplayRequest;
  readonly state: ReplayState;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly plan: ReplayPlan | null;
  readonly progress: ReplayProgress;
  readonly report: ReplayReport | null;
}

/** Equal for requests that would do the same to the same target. */
export function fingerprintOf(request: ReplayRequest): string {
  const { connectionId, targetConnectionId, streams, from, to, people, lists } = request;
  const sorted = (ids: readonly string[] | null) => ids && [...new Set(ids)].sort();
  const of = [connectionId, targetConnectionId, sorted(streams), from, to, sorted(people), sorted(lists)];
  return hash('sha256', JSON.stringify(of), 'hex');
}

/** How the state may change by a command, and what the command leads to. */
export function afterCommand(state: ReplayState, command: 'start' | 'pause' | 'cancel'): ReplayState | undefined {
  // Repeating a start is harmless: the report is there.
  if (state === 'done' && command === 'start') return 'done';
  const over = state === 'done' || state === 'cancelled' || state === 'failed';
  if (over) return undefined;
  if (command === 'cancel') return 'cancelled';
  if (command === 'start') return 'running';
  return state === 'running' || state === 'paused' ? 'paused' : undefined;
}
