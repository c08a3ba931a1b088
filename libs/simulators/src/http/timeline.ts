import { type Clock } from './clock.js';

interface Entry<T> {
  at: number;
  order: number;
  work: T;
}

/**
 * Work that falls due later, as data so that it survives a restart. It is applied in order of time, at the latest before the next
 * request is answered.
 */
export class Timeline<T> {
  private readonly heap: Entry<T>[] = [];
  private order = 0;
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private started = false;

  constructor(
    private readonly clock: Clock,
    private readonly apply: (work: T, at: number) => void,
    /** Runs after the works that a timer applied. */
    private readonly afterwards: () => void = () => undefined,
  ) {}

  schedule(at: number, work: T): void {
    this.push({ at, order: this.order++, work });
    this.arm();
  }

  runDue(): void {
    this.runUntil(this.clock.now());
  }

  /** Applies what is due by then, whatever the time is. */
  runUntil(time: number): void {
    if (this.running) return;
    this.running = true;
    try {
      for (let first = this.heap[0]; first !== undefined && first.at <= time; first = this.heap[0]) {
        this.pop();
        this.apply(first.work, first.at);
      }
    } finally {
      this.running = false;
    }
  }

  pending(): { at: number; work: T }[] {
    return [...this.heap].sort(before).map(({ at, work }) => ({ at, work }));
  }

  clear(): void {
    this.heap.length = 0;
  }

  start(): void {
    this.arm(true);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.started = false;
  }

  private arm(start = false): void {
    if (start) this.started = true;
    const first = this.heap[0];
    if (!this.started || first === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.runDue();
        this.afterwards();
        this.arm();
      },
      Math.min(1000, Math.max(1, first.at - this.clock.now())),
    );
    this.timer.unref();
  }

  private push(entry: Entry<T>): void {
    const heap = this.heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(heap[parent]!, entry) <= 0) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!) < 0) child++;
      if (before(last, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function before(one: Entry<unknown>, other: Entry<unknown>): number {
  return one.at - other.at || one.order - other.order;
}
