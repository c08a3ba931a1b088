import { type RowErrors } from '../jsonapi/errors.js';
import { parseOffsetTime } from '../jsonapi/times.js';
import { type EventRow } from '../effects/work.js';

/** An event's attributes as they stand in both kinds of request. */
export interface EventAttributes {
  properties: Record<string, unknown>;
  time?: string | null;
  value?: number | null;
  unique_id?: string | null;
  backfill?: boolean | null;
  metric: { data: { attributes: { name: string } } };
}

const earliest = Date.UTC(1991, 0, 1);
const yearMs = 366 * 24 * 60 * 60 * 1000;
const longestText = 100_000;

/** The event to record; meaningless where an error was added. `pointer` leads to the attributes. */
export function checkEvent(
  event: EventAttributes,
  pointer: string,
  errors: RowErrors,
  now: number,
  backfill: boolean,
): EventRow {
  const { name } = event.metric.data.attributes;
  if (name.trim() === '' || name.length >= 128) {
    errors.add('Metric name must have 1 to 127 characters', `${pointer}/metric/data/attributes/name`);
  }
  const uniqueId = event.unique_id ?? null;
  if (uniqueId !== null && (uniqueId.length < 1 || uniqueId.length > 255)) {
    errors.add('unique_id must have 1 to 255 characters', `${pointer}/unique_id`);
  }
  const problem = propertiesProblem(event.properties);
  if (problem !== undefined) errors.add(problem, `${pointer}/properties`);
  let time: number | undefined = now;
  if (event.time !== undefined && event.time !== null) {
    time = parseOffsetTime(event.time);
    if (time === undefined) errors.add('time must be an ISO 8601 date and time with an offset', `${pointer}/time`);
    else if (time < earliest) errors.add('time must be after the year 1990', `${pointer}/time`);
    else if (time > now + yearMs) errors.add('time can be at most one year in the future', `${pointer}/time`);
  }
  return {
    metric: name,
    time: time ?? now,
    uniqueId,
    properties: event.properties,
    value: event.value ?? null,
    backfill: event.backfill ?? backfill,
  };
}

function propertiesProblem(properties: Record<string, unknown>): string | undefined {
  if (Object.keys(properties).length > 400) return 'An event can have at most 400 properties';
  for (const key in properties) {
    const problem = valueProblem(properties[key], 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function valueProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') {
    return value.length > longestText || (value.length > longestText / 4 && Buffer.byteLength(value) > longestText)
      ? 'A text can have at most 100 KB'
      : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > 10) return 'Properties can be nested at most 10 levels deep';
  if (Array.isArray(value) && value.length > 4000) return 'An array can have at most 4000 items';
  for (const item of Object.values(value)) {
    const problem = valueProblem(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
