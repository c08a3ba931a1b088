/** What the published description says of an operation, by method and path such as `GET /v3/contacts/{contact_id}`. */
export type Contract = Record<string, OperationContract>;

export interface OperationContract {
  readonly scopes: readonly string[];
  readonly privileges: readonly string[];
  readonly query: Readonly<Record<string, ParameterContract>>;
}

export interface ParameterContract {
  readonly type?: string;
  readonly required?: boolean;
  readonly date?: boolean;
  /** Comma-separated or repeated. */
  readonly many?: boolean;
  readonly values?: readonly string[];
  readonly maximum?: number;
}
