import { type Delays } from '../options.js';
import { type World } from '../state/world.js';

/** What is absent stays as it is. */
export interface TroubleOptions {
  /** Rows with these addresses fail in import jobs. */
  failEmails?: string[];
  /** Share of import rows that fail, 0 to 1. */
  failShare?: number;
  /** So many import jobs will be cancelled half way. */
  cancelNext?: number;
  /** So many import answers will carry an empty id. */
  emptyIdNext?: number;
  /** A bad phone beside a good e-mail is dropped from subscriptions, told by a header, instead of refusing the request. */
  partialFailures?: boolean;
  /** How an import into a list that does not exist is refused: with a pointer to the list, as not found, or without a pointer. */
  goneList?: 'pointer' | 'not_found' | 'silent';
  /** An event that is recorded already refuses its request, as one that is twice in a request does. */
  refuseRepeatedEvents?: boolean;
  /** Milliseconds before the speed. */
  delays?: Partial<Delays>;
}

export function applyTroubles(world: World, { failEmails, delays, ...counts }: TroubleOptions): void {
  Object.assign(world.troubles, counts);
  if (failEmails !== undefined) world.troubles.failEmails = new Set(failEmails.map((email) => email.toLowerCase()));
  if (delays !== undefined) world.delays = { ...world.delays, ...delays };
}
