import { type Quota } from '@portage/http';
import { type EndpointLimits } from '../endpoint.js';

/**
 * The pace for an endpoint: the published limits times `scale`, lowered to what answers have named. Answers never raise it,
 * since an owner may have scaled down to leave room for others. Scale 0 means no pacing.
 */
export function quotaOf(published: EndpointLimits, scale: number, seen: Quota): Quota {
  if (scale === 0) return {};
  const perDay = published.perDay === undefined ? undefined : lower(published.perDay * scale, seen.perDay);
  return {
    perSecond: lower(published.burst * scale, seen.perSecond) * burstShare,
    perMinute: lower(published.steady * scale, seen.perMinute),
    ...(perDay === undefined ? {} : { perDay }),
  };
}

/**
 * A process can stall between its grant and its request (a busy event loop, a slow socket), and then arrives beside the next
 * ones. The room left in the second absorbs stalls of a quarter of it; it costs nothing over a minute, because every
 * endpoint's steady limit is below this share of its burst.
 */
const burstShare = 0.8;

function lower(ours: number, seen: number | undefined): number {
  return seen === undefined ? ours : Math.min(ours, seen);
}
