export interface LoggedRequest {
  id: string;
  at: number;
  method: string;
  endpoint: string;
  url: string;
  /** 0 where the connection was cut. */
  status: number;
  milliseconds: number;
  account?: string;
  fault?: string;
}

export interface EndpointCount {
  requests: number;
  statuses: Record<string, number>;
}

/** The last requests one by one, and counts of all of them. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private counted = new Map<string, EndpointCount>();

  constructor(private readonly kept = 5000) {}

  record(entry: LoggedRequest): void {
    this.entries.push(entry);
    // Twice the kept number before cutting, so that a cut costs nothing per request.
    if (this.entries.length > 2 * this.kept) this.entries = this.entries.slice(-this.kept);
    const count = this.counted.get(entry.endpoint) ?? { requests: 0, statuses: {} };
    count.requests += 1;
    count.statuses[entry.status] = (count.statuses[entry.status] ?? 0) + 1;
    this.counted.set(entry.endpoint, count);
  }

  recent(limit = this.kept): LoggedRequest[] {
    return this.entries.slice(-limit);
  }

  counts(): Record<string, EndpointCount> {
    return Object.fromEntries([...this.counted].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  restore(counts: Record<string, EndpointCount>): void {
    this.counted = new Map(Object.entries(counts));
  }

  clear(): void {
    this.entries = [];
    this.counted = new Map();
  }
}
