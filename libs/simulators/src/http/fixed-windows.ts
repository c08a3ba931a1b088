export interface Window {
  seconds: number;
  limit: number;
}

interface Admission {
  admitted: boolean;
  /** Milliseconds until the fullest window starts anew. */
  resetMs: number;
  /** Requests left in the tightest window. */
  remaining: number;
  /** What the tightest window allows. */
  limit: number;
}

/** Counts requests in windows that start at the first request and last a fixed time; a request counts in all of them or in none. */
export class FixedWindows {
  private readonly starts: number[];
  private readonly counts: number[];
  private closedUntil = 0;

  constructor(readonly windows: readonly Window[]) {
    this.starts = windows.map(() => Number.NEGATIVE_INFINITY);
    this.counts = windows.map(() => 0);
  }

  take(now: number): Admission {
    this.roll(now);
    const full = this.windows.flatMap((window, at) =>
      this.counts[at]! >= window.limit ? [this.starts[at]! + window.seconds * 1000] : [],
    );
    if (full.length > 0 || now < this.closedUntil) {
      return { admitted: false, resetMs: Math.max(this.closedUntil, ...full) - now, remaining: 0, limit: 0 };
    }
    this.windows.forEach((_, at) => (this.counts[at]! += 1));
    let tightest = 0;
    this.windows.forEach((_, at) => {
      if (this.left(at) < this.left(tightest)) tightest = at;
    });
    const resetMs = this.starts[tightest]! + (this.windows[tightest]?.seconds ?? 0) * 1000 - now;
    const remaining = this.windows.length === 0 ? Number.MAX_SAFE_INTEGER : this.left(tightest);
    return { admitted: true, resetMs, remaining, limit: this.windows[tightest]?.limit ?? Number.MAX_SAFE_INTEGER };
  }

  /** Refuses everything until then, whatever the windows say. */
  closeUntil(time: number): void {
    this.closedUntil = Math.max(this.closedUntil, time);
  }

  private left(at: number): number {
    return this.windows[at]!.limit - this.counts[at]!;
  }

  private roll(now: number): void {
    this.windows.forEach((window, at) => {
      if (now >= this.starts[at]! + window.seconds * 1000) {
        this.starts[at] = now;
        this.counts[at] = 0;
      }
    });
  }
}
