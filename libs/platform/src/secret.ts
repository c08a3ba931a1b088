import { inspect } from 'node:util';

const redacted = '[redacted]';

/** A value that prints as `[redacted]` wherever it is printed; `reveal()` is the only way to it. Invariant 10. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
