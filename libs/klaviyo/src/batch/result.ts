/** Rows that went out together and what was answered. Positions are those in the batch that was given. */
export interface Accepted<T> {
  readonly rows: readonly number[];
  readonly answer: T;
}

export interface RejectedRow {
  readonly row: number;
  /** Dotted and stable, for example `klaviyo.invalid`. */
  readonly code: string;
  /** In our words: vendor's words may quote an address. Safe to store and to show. */
  readonly detail: string;
}

/** Every row of the batch is in exactly one of the two. */
export interface BatchResult<T> {
  readonly accepted: readonly Accepted<T>[];
  readonly rejected: readonly RejectedRow[];
  /** How many requests it took, without repeats after failures. */
  readonly requests: number;
}

/** Awaited before the next request goes out: the place to store a job's id. */
export type OnAccepted<T> = (part: Accepted<T>) => Promise<void>;
