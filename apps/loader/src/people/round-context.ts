import { type Database } from '@portage/persistence';
import { type Logger } from '@portage/platform';
import { type Breakers } from '../breakers/breakers.js';
import { type Claim } from '../claims/claims.js';
import { type DeadLetters } from '../dead-letters.js';
import { type Target } from '../targets/target.js';
import { type Timing } from '../timing.js';
import { type Held } from './assemble.js';
import { type Person, type World } from './person.js';

/** What every part of a round works with. */
export interface RoundContext {
  readonly database: Database;
  readonly target: Target;
  readonly claim: Claim;
  readonly timing: Timing;
  readonly deadLetters: DeadLetters;
  readonly breakers: Breakers;
  readonly logger: Logger;
}

export function worldOf({ timing }: RoundContext, { gateOpen, observed, stale }: Held): World {
  const { readBackMs, reassertMs, landsWithinMs } = timing;
  return { now: Date.now(), gateOpen, observed, stale, readBackMs, reassertMs, landsWithinMs };
}

/** Changes what is known of a person for the rest of the round; storing is another matter. */
export function learn(held: Held, changes: Partial<Person['state']>): void {
  held.person = { ...held.person, state: { ...held.person.state, ...changes } };
}
