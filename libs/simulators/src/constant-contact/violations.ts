export type ViolationKind =
  | 'unknown_path'
  | 'unknown_parameter'
  | 'invalid_value'
  | 'missing_parameter'
  | 'filters_beside_cursor'
  | 'unknown_field'
  | 'no_pkce'
  | 'secret_in_url'
  | 'refresh_token_reused';

export interface Violation {
  readonly at: number;
  readonly kind: ViolationKind;
  readonly endpoint: string;
  readonly detail: string;
}

const KEPT = 1000;

/** What callers did against the published contract, though the vendor would let it pass in silence. */
export class Violations {
  private entries: Violation[] = [];

  record(violation: Violation): void {
    if (this.entries.length < KEPT) this.entries.push(violation);
  }

  all(): readonly Violation[] {
    return this.entries;
  }

  clear(): void {
    this.entries = [];
  }
}
