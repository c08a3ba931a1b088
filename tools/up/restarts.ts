/** How one process of a service ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it came as far as listening. */
  readonly listened: boolean;
  readonly uptimeMs: number;
}

/** What the supervisor knows of the endings before. */
export interface RestartHistory {
  /** Endings in a row without a long enough life in between. */
  readonly failures: number;
  /** Whether any process of this replica has ever listened. */
  readonly everListened: boolean;
}

export type Verdict =
  | { readonly kind: 'restart'; readonly afterMs: number; readonly history: RestartHistory }
  /** Starting it again would end the same way: `exitCode` is the supervisor's own. */
  | { readonly kind: 'give-up'; readonly exitCode: 2 | 3 };

export const noHistory: RestartHistory = { failures: 0, everListened: false };

const firstMs = 250;
/** A service that works and is killed now and then is wanted back soon; one that cannot start must not burn the machine. */
const longestMs = { listened: 2_000, never: 30_000 } as const;
const healthyMs = 10_000;
const triesWithoutServers = 3;

/** Exit codes of a service: 2 for its configuration, 3 when a server that it needs cannot be reached or its port is taken. */
export function judge(ending: Ending, before: RestartHistory): Verdict {
  const failures = ending.uptimeMs >= healthyMs ? 1 : before.failures + 1;
  const everListened = before.everListened || ending.listened;
  if (ending.code === 2) return { kind: 'give-up', exitCode: 2 };
  if (ending.code === 3 && !everListened && failures >= triesWithoutServers) return { kind: 'give-up', exitCode: 3 };
  const longest = ending.listened ? longestMs.listened : longestMs.never;
  return {
    kind: 'restart',
    afterMs: Math.min(longest, firstMs * 2 ** (failures - 1)),
    history: { failures, everListened },
  };
}

/** For people: `was killed by SIGKILL`, `ended with code 1`. */
export function describeEnding({ code, signal }: Pick<Ending, 'code' | 'signal'>): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}
