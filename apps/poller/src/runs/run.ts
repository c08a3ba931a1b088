import { type Stream } from '@portage/records';

type RunState = 'waiting' | 'running' | 'parked' | 'done' | 'failed' | 'stopped';
export type Trigger = 'first' | 'schedule' | 'request';

/** What of the account a pass reads: all of it, the members of some lists, or what changed since a moment (ms). */
export interface Scope {
  readonly lists?: readonly string[];
  readonly since?: number;
}

/** Whether a pass reads some contacts only. It says of no stream that it was read completely. */
export function isPart({ scope }: { readonly scope: Scope }): boolean {
  return scope.lists !== undefined || scope.since !== undefined;
}

/** One pass over a connection's streams, from asking to done. It outlives the process that works on it. */
export interface Run {
  readonly runId: string;
  readonly connectionId: string;
  readonly trigger: Trigger;
  /** Whether no pass of this connection was completed before it. */
  readonly first: boolean;
  /**
   * Whether nobody asked for a pass before. The report of such a pass covers everything since the connection began, because
   * the first pass begins by itself and may be done before its owner asks.
   */
  readonly opening: boolean;
  readonly scope: Scope;
  /** Asked to read everybody before anything else of contacts. */
  readonly snapshot: boolean;
  /** Asked to read everybody, with calls that nothing else needs. */
  readonly sweep: boolean;
  readonly republish: boolean;
  readonly state: RunState;
  readonly phase: string | null;
  readonly reason: string | null;
  readonly failures: number;
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export function isOpen({ state }: Pick<Run, 'state'>): boolean {
  return state === 'waiting' || state === 'running' || state === 'parked';
}

export interface RunReport {
  readonly runId: string;
  readonly connectionId: string;
  readonly first: boolean;
  readonly opening: boolean;
  readonly state: RunState;
  readonly phase: string | null;
  readonly reason: string | null;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly published: Readonly<Record<Stream, number>>;
  readonly calls: Readonly<Record<string, number>>;
  readonly wasted: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
}

export interface Figure {
  readonly kind: 'published' | 'calls' | 'wasted' | 'seconds';
  readonly name: string;
  readonly value: number;
}

export function reportOf(run: Run, figures: readonly Figure[]): RunReport {
  const { runId, connectionId, first, opening, state, phase, reason } = run;
  const published = { lists: 0, contacts: 0, suppressions: 0, activities: 0, ...named(figures, 'published') };
  return {
    ...{ runId, connectionId, first, opening, state, phase, reason },
    requestedAt: new Date(run.requestedAt).toISOString(),
    startedAt: isoOf(run.startedAt),
    finishedAt: isoOf(run.finishedAt),
    published,
    calls: named(figures, 'calls'),
    wasted: named(figures, 'wasted'),
    seconds: named(figures, 'seconds'),
  };
}

function named(figures: readonly Figure[], kind: Figure['kind']): Record<string, number> {
  const chosen = figures.filter((figure) => figure.kind === kind);
  return Object.fromEntries(chosen.map(({ name, value }) => [name, Math.round(value * 1000) / 1000]));
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
