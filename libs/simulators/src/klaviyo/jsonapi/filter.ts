import { type FilterField } from '../contract/contract.js';
import { invalidParameter } from './errors.js';
import { parseOffsetTime } from './times.js';

export interface Condition {
  operator: string;
  field: string;
  /** One, or several for a list. */
  values: string[];
  isList: boolean;
}

const maximumValues = 100;

/**
 * Reads `equals(email,"a@b.c"),greater-than(created,2026-01-01T00:00:00Z)` and refuses what the contract does not allow: texts are quoted,
 * times are not. A backslash is a character like any other, and a quote ends the text.
 */
export function parseFilter(
  text: string,
  allowed: Readonly<Record<string, FilterField>>,
  parameter = 'filter',
): Condition[] {
  const reader = new Reader(text, parameter);
  const conditions = reader.conditions();
  for (const condition of conditions) check(condition, reader, allowed, parameter);
  return conditions.map(({ operator, field, values, isList }) => ({
    operator,
    field,
    values: values.map((each) => each.text),
    isList,
  }));
}

/** Milliseconds; a time without an offset is in UTC. */
export function timeOf(condition: Condition): number {
  const text = condition.values[0] ?? '';
  return parseOffsetTime(text) ?? Date.parse(/T/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
}

export function compareTo(condition: Condition, value: number, given = timeOf(condition)): boolean {
  switch (condition.operator) {
    case 'greater-than':
      return value > given;
    case 'greater-or-equal':
      return value >= given;
    case 'less-than':
      return value < given;
    case 'less-or-equal':
      return value <= given;
    default:
      return value === given;
  }
}

interface Value {
  text: string;
  quoted: boolean;
}

interface RawCondition {
  operator: string;
  field: string;
  values: Value[];
  isList: boolean;
}

function check(
  condition: RawCondition,
  reader: Reader,
  allowed: Readonly<Record<string, FilterField>>,
  parameter: string,
): void {
  const { operator, field, values, isList } = condition;
  const rule = allowed[field];
  if (rule === undefined) throw invalidParameter(`'${field}' is not a filterable field.`, parameter);
  if (!rule.operators.includes(operator))
    throw invalidParameter(`'${operator}' is not allowed for '${field}'.`, parameter);
  if ((operator === 'any') !== isList && operator === 'any') throw invalidParameter(`'any' needs a list.`, parameter);
  if (values.length === 0 && operator !== 'has') throw reader.broken('a value is missing');
  if (values.length > maximumValues)
    throw invalidParameter(`At most ${maximumValues} values are allowed in a list.`, parameter);
  for (const value of values) {
    if (rule.type === 'string' && !value.quoted)
      throw invalidParameter(`The value of '${field}' must be quoted.`, parameter);
    if (rule.type === 'date-time' && (value.quoted || !isTime(value.text))) {
      throw invalidParameter(`The value of '${field}' must be an unquoted ISO 8601 time.`, parameter);
    }
  }
}

function isTime(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly parameter: string,
  ) {}

  conditions(): RawCondition[] {
    const all: RawCondition[] = [];
    do {
      all.push(...this.condition());
    } while (this.skip(','));
    if (this.at < this.text.length) throw this.broken('unexpected text');
    return all;
  }

  broken(why: string): Error {
    return invalidParameter(`Invalid filter: ${why} at ${this.at}.`, this.parameter);
  }

  private condition(): RawCondition[] {
    const operator = this.word();
    this.expect('(');
    if (operator === 'and') {
      const inner: RawCondition[] = [];
      do {
        inner.push(...this.condition());
      } while (this.skip(','));
      this.expect(')');
      return inner;
    }
    const field = this.word();
    let values: Value[] = [];
    let isList = false;
    if (this.skip(',')) {
      isList = this.skip('[');
      values = isList ? this.list() : [this.value()];
    }
    this.expect(')');
    return [{ operator, field, values, isList }];
  }

  private list(): Value[] {
    const values: Value[] = [];
    if (this.skip(']')) return values;
    do {
      values.push(this.value());
    } while (this.skip(','));
    this.expect(']');
    return values;
  }

  private value(): Value {
    this.space();
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") return { text: this.word(), quoted: false };
    let text = '';
    for (this.at += 1; this.text[this.at] !== quote; this.at += 1) {
      if (this.at >= this.text.length) throw this.broken('a quote is not closed');
      text += this.text[this.at] ?? '';
    }
    this.at += 1;
    return { text, quoted: true };
  }

  private word(): string {
    this.space();
    const found = /^[^\s(),[\]"']+/.exec(this.text.slice(this.at, this.at + 300));
    if (found === null) throw this.broken('a name or value is missing');
    this.at += found[0].length;
    return found[0];
  }

  private expect(character: string): void {
    if (!this.skip(character)) throw this.broken(`'${character}' is missing`);
  }

  private skip(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private space(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }
}
