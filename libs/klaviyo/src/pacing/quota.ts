import { type Quota } from '@portage/http';
import { type EndpointLimits } from '../endpoint.js';
import { type SeenLimits } from './rate-headers.js';

/**
 * The pace for an endpoint: the published limits times `scale`, lowered to what answers have named. Answers never raise it,
 * since an owner may have scaled down to leave room for others. Scale 0 means no pacing.
 */
export function quotaOf(published: EndpointLimits, scale: number, seen: SeenLimits): Quota {
  if (scale === 0) return {};
  const perDay = published.perDay === undefined ? undefined : lower(published.perDay * scale, seen.perDay);
  return {
    perSecond: lower(published.burst * scale, seen.burst),
    perMinute: lower(published.steady * scale, seen.steady),
    ...(perDay === undefined ? {} : { perDay }),
  };
}

function lower(ours: number, seen: number | undefined): number {
  return seen === undefined ? ours : Math.min(ours, seen);
}
