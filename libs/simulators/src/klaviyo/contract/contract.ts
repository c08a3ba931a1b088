import { type Shape } from './shape.js';

interface QueryParameter {
  /** `string`, `integer` or `array` (comma separated). */
  type: string;
  values?: readonly string[];
  default?: number;
  minimum?: number;
  maximum?: number;
}

export interface FilterField {
  operators: readonly string[];
  /** `string`, `number`, `date-time` or `none`. */
  type: string;
}

export interface Operation {
  scopes: readonly string[];
  /** Requests a second, a minute and, for a few, a day. */
  limits: { burst?: number; steady?: number; daily?: number };
  query: Readonly<Record<string, QueryParameter>>;
  filters: Readonly<Record<string, FilterField>>;
  body?: Shape;
}

/** Per endpoint such as `GET /api/lists`. */
export type Contract = Readonly<Record<string, Operation>>;

/** Per endpoint and status. */
export type Answers = Readonly<Record<string, Readonly<Record<string, Shape>>>>;
