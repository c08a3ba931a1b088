export interface Metric {
  index: number;
  id: string;
  name: string;
  integration: string;
  created: number;
  carriesValue: boolean;
}

export interface NewEvent {
  profile: number;
  metric: number;
  /** Seconds since 1970. */
  time: number;
  uniqueId: string;
  properties: string;
  value: number | null;
  backfill: boolean;
}

export interface StoredEvent extends NewEvent {
  index: number;
}

/**
 * Events in columns, so that a million of them cost some hundred bytes each: texts that recur are kept once, and the deduplication key
 * doubles as the stored `unique_id`.
 */
export class EventStore {
  private profiles = new Int32Array(1024);
  private metrics = new Int16Array(1024);
  private times = new Float64Array(1024);
  private propertyIds = new Int32Array(1024);
  private flags = new Uint8Array(1024);
  private readonly keys: string[] = [];
  private readonly values = new Map<number, number>();
  private readonly seen: Map<string, number>[] = [];
  private readonly texts: string[] = [];
  private readonly textIds = new Map<string, number>();
  private readonly sorted = new Map<number, { size: number; order: Uint32Array }>();

  get size(): number {
    return this.keys.length;
  }

  countOf(metric: number): number {
    return this.seen[metric]?.size ?? 0;
  }

  has({ profile, metric, uniqueId }: Pick<NewEvent, 'profile' | 'metric' | 'uniqueId'>): boolean {
    return this.seen[metric]?.has(`${profile} ${uniqueId}`) === true;
  }

  /** Index of the new event; undefined if the same profile already has it for this metric. */
  add(event: NewEvent): number | undefined {
    const key = `${event.profile} ${event.uniqueId}`;
    const seen = (this.seen[event.metric] ??= new Map<string, number>());
    if (seen.has(key)) return undefined;
    const index = this.keys.length;
    if (index === this.profiles.length) this.grow();
    seen.set(key, index);
    this.keys.push(key);
    this.profiles[index] = event.profile;
    this.metrics[index] = event.metric;
    this.times[index] = event.time;
    this.propertyIds[index] = this.intern(event.properties);
    this.flags[index] = event.backfill ? 1 : 0;
    if (event.value !== null) this.values.set(index, event.value);
    return index;
  }

  get(index: number): StoredEvent | undefined {
    const key = this.keys[index];
    if (key === undefined || this.flags[index] === 2) return undefined;
    return {
      index,
      profile: this.profiles[index]!,
      metric: this.metrics[index]!,
      time: this.times[index]!,
      uniqueId: key.slice(key.indexOf(' ') + 1),
      properties: this.texts[this.propertyIds[index]!]!,
      value: this.values.get(index) ?? null,
      backfill: this.flags[index] === 1,
    };
  }

  *all(): IterableIterator<StoredEvent> {
    for (let index = 0; index < this.size; index++) {
      const event = this.get(index);
      if (event !== undefined) yield event;
    }
  }

  /** Gone with their profile. */
  removeOf(profile: number): void {
    for (let index = 0; index < this.size; index++) {
      if (this.profiles[index] !== profile || this.flags[index] === 2) continue;
      this.seen[this.metrics[index]!]?.delete(this.keys[index]!);
      this.flags[index] = 2;
    }
    this.sorted.clear();
  }

  timeOf(index: number): number {
    return this.times[index]!;
  }

  profileOf(index: number): number {
    return this.profiles[index]!;
  }

  /** Indexes of the living events of a metric (all with -1), oldest first. */
  inOrder(metric: number): Uint32Array {
    const known = this.sorted.get(metric);
    if (known?.size === this.size) return known.order;
    const found: number[] = [];
    for (let index = 0; index < this.size; index++) {
      if ((metric < 0 || this.metrics[index] === metric) && this.flags[index] !== 2) found.push(index);
    }
    const order = Uint32Array.from(found).sort((one, other) => this.times[one]! - this.times[other]! || one - other);
    this.sorted.set(metric, { size: this.size, order });
    return order;
  }

  private intern(text: string): number {
    const known = this.textIds.get(text);
    if (known !== undefined) return known;
    this.texts.push(text);
    this.textIds.set(text, this.texts.length - 1);
    return this.texts.length - 1;
  }

  private grow(): void {
    const length = this.profiles.length * 2;
    const bigger = <T extends { set(from: T): void }>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.profiles = bigger(this.profiles, new Int32Array(length));
    this.metrics = bigger(this.metrics, new Int16Array(length));
    this.times = bigger(this.times, new Float64Array(length));
    this.propertyIds = bigger(this.propertyIds, new Int32Array(length));
    this.flags = bigger(this.flags, new Uint8Array(length));
  }
}
