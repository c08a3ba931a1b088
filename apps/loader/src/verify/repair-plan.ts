import { type KeptStream } from '../load-batch.js';
import { type DifferenceClass, type Repair, repairOf } from './difference.js';

export interface PersonItem {
  readonly class: DifferenceClass;
  readonly email: string;
  /** A list or a field. */
  readonly detail: string | null;
}

export interface RecordItem {
  readonly class: DifferenceClass;
  readonly stream: KeptStream;
  readonly key: string;
}

export interface ListItem {
  readonly class: DifferenceClass;
  readonly klaviyoId: string;
  /** Its present name; null when it is gone. */
  readonly name: string | null;
}

/** Gathers what is to be repaired, as far as that was asked for. */
export class RepairPlan {
  readonly people: PersonItem[] = [];
  readonly records: RecordItem[] = [];
  readonly lists: ListItem[] = [];
  readonly #wanted: ReadonlySet<Repair>;

  constructor(wanted: readonly Repair[]) {
    this.#wanted = new Set(wanted);
  }

  person(name: DifferenceClass, email: string, detail: string | null): void {
    if (this.#wants(name)) this.people.push({ class: name, email, detail });
  }

  record(name: DifferenceClass, stream: KeptStream, key: string): void {
    if (this.#wants(name)) this.records.push({ class: name, stream, key });
  }

  list(name: DifferenceClass, klaviyoId: string, present: string | null): void {
    if (this.#wants(name)) this.lists.push({ class: name, klaviyoId, name: present });
  }

  #wants(name: DifferenceClass): boolean {
    const repair = repairOf(name);
    return repair !== null && this.#wanted.has(repair);
  }
}
