export interface SeenLimits {
  readonly burst?: number;
  readonly steady?: number;
  readonly perDay?: number;
}

/**
 * The limits that an answer names, from `RateLimit-Limit: 10, 10;w=1, 150;w=60`: first the tightest window's limit, then
 * every window with its length in seconds. Anything else means nothing.
 */
export function limitsSeen(header: string | undefined): SeenLimits {
  const byWindow = new Map<number, number>();
  for (const part of (header ?? '').split(',')) {
    const match = /^\s*(\d+)\s*;\s*w=(\d+)\s*$/.exec(part);
    if (match) byWindow.set(Number(match[2]), Number(match[1]));
  }
  const [burst, steady, perDay] = [byWindow.get(1), byWindow.get(60), byWindow.get(86_400)];
  return { ...(burst ? { burst } : {}), ...(steady ? { steady } : {}), ...(perDay ? { perDay } : {}) };
}
