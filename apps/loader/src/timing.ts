import { type Environment } from '@portage/platform';

export interface Timing {
  /** From asking for an effect to first looking for it. */
  readonly readBackMs: number;
  /** After this time an effect that does not show counts as lost. */
  readonly reassertMs: number;
  /** For so long after it was sent a subscription may still land, though it counts as lost. */
  readonly landsWithinMs: number;
  /** Between two looks at an import job. */
  readonly pollMs: number;
  /** How long loads wait for company. */
  readonly lingerMs: number;
}

type Variables =
  | 'KLAVIYO_LIMIT_SCALE'
  | 'LOADER_JOB_POLL_SECONDS'
  | 'LOADER_LANDING_SECONDS'
  | 'LOADER_LINGER_SECONDS'
  | 'LOADER_READ_BACK_SECONDS'
  | 'LOADER_REASSERT_SECONDS';

/**
 * Effects in Klaviyo take one to three minutes. Where the limits are scaled up, the vendor is a stand-in that is as many
 * times faster in everything; without limits it is as fast as it can be.
 */
export function timingOf(environment: Pick<Environment, Variables>): Timing {
  const { KLAVIYO_LIMIT_SCALE: scale } = environment;
  const pace = scale === 0 ? UNLIMITED : Math.max(1, scale);
  const seconds = (given: number | undefined, usual: number) => (given ?? Math.max(usual / pace, LEAST)) * 1000;
  return {
    readBackMs: seconds(environment.LOADER_READ_BACK_SECONDS, 15),
    reassertMs: seconds(environment.LOADER_REASSERT_SECONDS, LOST),
    // Invariant 3: nothing says that effects are as many times faster as limits are higher, and too short a time here would let a
    // subscription undo an opt-out. Waiting costs only those who opt out while being subscribed, or whose subscription does not show.
    landsWithinMs: (environment.LOADER_LANDING_SECONDS ?? Math.max(LOST / pace, SLOWEST)) * 1000,
    pollMs: seconds(environment.LOADER_JOB_POLL_SECONDS, 2),
    lingerMs: environment.LOADER_LINGER_SECONDS * 1000,
  };
}

const UNLIMITED = 50;
/** Seconds, as the others here. */
const LEAST = 0.25;
const LOST = 900;
/** Subscriptions were seen to take up to some 150; behind a queue of the vendor's they may take a multiple of that. */
const SLOWEST = 600;
