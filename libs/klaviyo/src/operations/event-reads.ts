import { z } from 'zod';
import { isRefusal } from '../answer/refusal.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { allPages } from '../calls/pages.js';
import { type Reads } from '../calls/published.js';
import { type Answers } from '../generated/contract.js';

/**
 * The `unique_id`s of the events that a profile has: they read back as the property `$event_id`. Nothing says how long an accepted
 * event takes to show, so this is the only way to know that it has landed. Empty where Klaviyo refuses the question.
 */
export async function eventIdsOf(
  caller: Caller,
  profileId: string,
  options: CallOptions = {},
): Promise<ReadonlySet<string>> {
  const endpoint = 'GET /api/events' as const;
  const query = {
    filter: `equals(profile_id,${JSON.stringify(profileId)})`,
    'fields[event]': 'event_properties',
    'page[size]': '200',
  };
  try {
    const events = await allPages(caller, { endpoint, query, repeat: 'safe', ...options }, event);
    return new Set(events.flatMap(({ attributes }) => attributes.event_properties?.$event_id ?? []));
  } catch (error) {
    if (isRefusal(error)) return new Set();
    throw error;
  }
}

const event = z.object({
  attributes: z.object({ event_properties: z.looseObject({ $event_id: z.string().nullish().catch(null) }).nullish() }),
});

type _Event = Reads<typeof event, Answers['GET /api/events']['data'][number]>;
