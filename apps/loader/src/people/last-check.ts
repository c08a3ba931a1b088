import { isPortageError, PortageError } from '@portage/platform';
import { type Held } from './assemble.js';
import { anyChanged } from './people.repository.js';
import { FRESH_MS } from './person.js';
import { type RoundContext } from './round-context.js';

/**
 * What holds for a request that can make somebody mailable: it leaves before the read that allowed it is too old, and not when the
 * source has said something new since.
 *
 * `beforeSend` runs after any wait for the quota, because an input that came during it may be an opt-out (invariant 3).
 *
 * @throws PortageError `loader.superseded` (skip): not to be repeated as it is; the people are decided on again
 */
export function lastCheck(context: RoundContext, people: readonly Held[]) {
  const { claim, database, target } = context;
  const oldestRead = Math.min(...people.map(({ person }) => person.seen?.at ?? 0));
  return {
    sendBefore: oldestRead + FRESH_MS - MARGIN_MS,
    beforeSend: async (): Promise<void> => {
      claim.check();
      const persons = people.map(({ person }) => person);
      if (await anyChanged(database, target.id, persons)) throw superseded();
    },
    signal: claim.signal,
  };
}

/** The last check kept the request back: nothing was sent. */
export function isKeptBack(error: unknown): boolean {
  return isPortageError(error) && (error.code === SUPERSEDED || error.code === 'klaviyo.too_late');
}

const SUPERSEDED = 'loader.superseded';

/** A margin for the way to the vendor. */
const MARGIN_MS = 5000;

function superseded(): PortageError {
  return new PortageError({
    code: SUPERSEDED,
    disposition: 'skip',
    message: 'The source said something new about people who were about to be written.',
    details: { sent: false },
  });
}
