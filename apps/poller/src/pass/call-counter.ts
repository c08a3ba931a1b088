import { type Figure } from '../runs/run.js';

/** Vendor calls of a pass since they were last written down. */
export class CallCounter {
  readonly #calls = new Map<string, number>();

  count(endpoint: string): void {
    this.#calls.set(endpoint, (this.#calls.get(endpoint) ?? 0) + 1);
  }

  drain(): Figure[] {
    const figures = [...this.#calls].map(([name, value]) => ({ kind: 'calls', name, value }) as const);
    this.#calls.clear();
    return figures;
  }
}
