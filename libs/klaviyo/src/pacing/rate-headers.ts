import { type Quota } from '@portage/http';

/**
 * The limits that an answer names, from `RateLimit-Limit: 10, 10;w=1, 150;w=60`: first the tightest window's limit, then
 * every window with its length in seconds. The later drafts of that header, with names and parameters in any order
 * (`"burst";q=10;w=1`), are read as well. A number without a window, and anything else, means nothing.
 */
export function limitsSeen(header: string | undefined): Quota {
  const byWindow = new Map<number, number>();
  for (const part of (header ?? '').split(',')) {
    const [first = '', ...rest] = part.split(';').map((each) => each.trim());
    const parameters = new Map(rest.map((each) => each.split('=').map((side) => side.trim()) as [string, string]));
    const limit = numberOf(parameters.get('q') ?? first);
    const window = numberOf(parameters.get('w') ?? parameters.get('window'));
    if (limit && window) byWindow.set(window, limit);
  }
  const [perSecond, perMinute, perDay] = [byWindow.get(1), byWindow.get(60), byWindow.get(86_400)];
  return { ...(perSecond ? { perSecond } : {}), ...(perMinute ? { perMinute } : {}), ...(perDay ? { perDay } : {}) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
