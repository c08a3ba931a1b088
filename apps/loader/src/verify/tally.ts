import { classes, classNames, type DifferenceClass, type Finding, type Repair, repairOf } from './difference.js';

export interface ClassReport {
  readonly class: DifferenceClass;
  readonly severity: 'difference' | 'note';
  readonly words: string;
  readonly count: number;
  readonly repair: Repair | null;
  /** How many were handed to the engine or taken in again. */
  readonly repaired: number;
  /** The first of them. */
  readonly examples: readonly { readonly id: string; readonly detail: string | null }[];
}

/** Collects findings: all are counted, as many as a report can carry are kept. */
export class Tally {
  readonly #counts = new Map<DifferenceClass, number>();
  readonly #kept = new Map<DifferenceClass, { id: string; detail: string | null }[]>();
  readonly #repaired = new Map<DifferenceClass, number>();

  constructor(private readonly keep: number) {}

  add({ class: name, id, detail }: Finding): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    const kept = this.#kept.get(name) ?? [];
    this.#kept.set(name, kept);
    if (kept.length < this.keep) kept.push({ id, detail });
  }

  repaired(name: DifferenceClass, count: number): void {
    this.#repaired.set(name, (this.#repaired.get(name) ?? 0) + count);
  }

  /** Classes that were found, in the order of the table. */
  report(): ClassReport[] {
    return classNames
      .filter((name) => this.#counts.has(name))
      .map((name) => ({
        class: name,
        severity: classes[name].severity,
        words: classes[name].words,
        count: this.#counts.get(name) ?? 0,
        repair: repairOf(name),
        repaired: this.#repaired.get(name) ?? 0,
        examples: this.#kept.get(name) ?? [],
      }));
  }
}
