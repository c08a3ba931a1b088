import { type Held } from './assemble.js';
import { type RoundContext } from './round-context.js';
import { settle } from './settle.js';

/** Of work that Klaviyo may reject, what may be sent; while the stream is parked, everybody else waits for its release. */
export async function admit<Work extends { readonly held: Held }>(
  context: RoundContext,
  work: readonly Work[],
): Promise<readonly Work[]> {
  if (work.length === 0) return work;
  const most = await context.breakers.allowance(context.target.id, 'contacts', work.length);
  const parked = work.slice(most);
  await settle(
    context,
    parked.map(({ held }) => ({ held, step: { do: 'wait', phase: 'parked', until: null } })),
  );
  return work.slice(0, most);
}
