import { type Figure } from '../runs/run.js';

/** Vendor calls of a pass since they were last written down, and those of them that brought nothing. */
export class CallCounter {
  readonly #calls = new Map<string, number>();
  readonly #wasted = new Map<string, number>();

  count(endpoint: string): void {
    this.#calls.set(endpoint, (this.#calls.get(endpoint) ?? 0) + 1);
  }

  waste(endpoint: string): void {
    this.#wasted.set(endpoint, (this.#wasted.get(endpoint) ?? 0) + 1);
  }

  drain(): Figure[] {
    const figures = [...figuresOf('calls', this.#calls), ...figuresOf('wasted', this.#wasted)];
    this.#calls.clear();
    this.#wasted.clear();
    return figures;
  }
}

function figuresOf(kind: Figure['kind'], counts: ReadonlyMap<string, number>): Figure[] {
  return [...counts].map(([name, value]) => ({ kind, name, value }));
}
