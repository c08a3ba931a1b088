import { type Connection } from '../connections/connection.js';
import { type LoaderParts } from '../loader-parts.js';
import { type Target } from '../targets/target.js';
import { type Belongings } from './belongings.js';
import { type Repair } from './difference.js';
import { type Tally } from './tally.js';

/** What the owner asked for. */
export interface VerificationRequest {
  /** What may be repaired; empty: nothing is written anywhere. */
  readonly repair: readonly Repair[];
  /** Compare only so many people, picked at random; null: everyone. */
  readonly sample: number | null;
}

/** One verification under way. */
export interface VerifyContext {
  readonly parts: LoaderParts;
  readonly connection: Connection;
  readonly target: Target;
  readonly belongings: Belongings;
  readonly request: VerificationRequest;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}
