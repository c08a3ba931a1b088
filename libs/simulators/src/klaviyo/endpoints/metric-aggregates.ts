import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { type FilterField } from '../contract/contract.js';
import { invalid } from '../jsonapi/errors.js';
import { compareTo, type Condition, parseFilter, timeOf } from '../jsonapi/filter.js';
import { toSeconds } from '../jsonapi/times.js';
import { type StoredEvent } from '../state/event-store.js';
import { metricWithId } from './metrics.js';

export const metricAggregateEndpoints: Endpoint[] = [
  { endpoint: 'POST /api/metric-aggregates', reads: true, handle: aggregate },
];

interface Attributes {
  metric_id: string;
  measurements: ('count' | 'sum_value' | 'unique')[];
  interval?: 'hour' | 'day' | 'week' | 'month' | null;
  page_size?: number | null;
  by?: string[];
  filter: string[];
  sort?: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const longestRangeMs = 366 * dayMs;
const timeOperators: FilterField = {
  operators: ['greater-or-equal', 'greater-than', 'less-than', 'less-or-equal'],
  type: 'date-time',
};
const textOperators: FilterField = { operators: ['equals', 'any', 'not-equals'], type: 'string' };

function aggregate(call: Call): SimAnswer {
  const { attributes } = (call.body as { data: { attributes: Attributes } }).data;
  if (attributes.sort !== undefined) throw invalid('sort is not supported for this query.', '/data/attributes/sort');
  if ((attributes.page_size ?? 500) < 500)
    throw invalid('page_size must be at least 500.', '/data/attributes/page_size');
  if (attributes.measurements.length === 0)
    throw invalid('A measurement is required.', '/data/attributes/measurements');
  const metric = metricWithId(call, attributes.metric_id);
  const conditions = attributes.filter.flatMap((text) => parseFilter(text, rulesFor(text)));
  const [from, to] = rangeOf(conditions);
  const starts = bucketStarts(from, to, attributes.interval ?? 'day');
  const groups = new Map<string, Bucket[]>();
  if ((attributes.by ?? []).length === 0) groups.set('[]', emptyBuckets(starts));
  for (const index of call.account.events.inOrder(metric.index)) {
    const time = call.account.events.timeOf(index) * 1000;
    if (time < from || time > to) continue;
    const event = call.account.events.get(index);
    if (event === undefined || !conditions.every((condition) => fits(event, condition))) continue;
    add(groups, starts, event, attributes.by ?? []);
  }
  return {
    status: 200,
    json: {
      data: {
        type: 'metric-aggregate',
        id: call.account.newId(),
        attributes: {
          dates: starts.map(toSeconds),
          data: [...groups].map(([dimensions, buckets]) => ({
            dimensions: JSON.parse(dimensions) as string[],
            measurements: Object.fromEntries(
              attributes.measurements.map((name) => [name, buckets.map((each) => measure(each, name))]),
            ),
          })),
        },
        links: { self: `${call.base}/api/metric-aggregates` },
      },
      links: { self: `${call.base}/api/metric-aggregates` },
    },
  };
}

interface Bucket {
  count: number;
  sum: number;
  profiles: Set<number>;
}

function emptyBuckets(starts: readonly number[]): Bucket[] {
  return starts.map(() => ({ count: 0, sum: 0, profiles: new Set() }));
}

function add(
  groups: Map<string, Bucket[]>,
  starts: readonly number[],
  event: StoredEvent,
  by: readonly string[],
): void {
  const properties = by.length === 0 ? {} : (JSON.parse(event.properties) as Record<string, unknown>);
  const key = JSON.stringify(by.map((name) => (typeof properties[name] === 'string' ? properties[name] : '')));
  let buckets = groups.get(key);
  if (buckets === undefined) {
    buckets = emptyBuckets(starts);
    groups.set(key, buckets);
  }
  let at = starts.length - 1;
  while (at > 0 && starts[at]! > event.time * 1000) at -= 1;
  const bucket = buckets[at];
  if (bucket === undefined) return;
  bucket.count += 1;
  bucket.sum += event.value ?? 0;
  bucket.profiles.add(event.profile);
}

function measure(bucket: Bucket, name: Attributes['measurements'][number]): number {
  if (name === 'count') return bucket.count;
  return name === 'unique' ? bucket.profiles.size : bucket.sum;
}

function fits(event: StoredEvent, condition: Condition): boolean {
  if (condition.field === 'datetime') return compareTo(condition, event.time * 1000);
  const properties = JSON.parse(event.properties) as Record<string, unknown>;
  const value = properties[condition.field];
  const among = typeof value === 'string' && condition.values.includes(value);
  return condition.operator === 'not-equals' ? !among : among;
}

/** Any property can be filtered on; only the time has comparisons. */
function rulesFor(text: string): Record<string, FilterField> {
  const field = /^[a-z-]+\(([^,]+),/.exec(text)?.[1]?.trim() ?? '';
  return { datetime: timeOperators, ...(field === '' || field === 'datetime' ? {} : { [field]: textOperators }) };
}

function rangeOf(conditions: readonly Condition[]): [number, number] {
  const times = conditions.filter(({ field }) => field === 'datetime');
  const from = times.find(({ operator }) => operator.startsWith('greater'));
  const to = times.find(({ operator }) => operator.startsWith('less'));
  const pointer = '/data/attributes/filter';
  if (from === undefined || to === undefined) throw invalid('A start and an end of datetime are required.', pointer);
  const range: [number, number] = [timeOf(from), timeOf(to)];
  if (range[0] >= range[1]) throw invalid('The start must be before the end.', pointer);
  if (range[1] - range[0] > longestRangeMs) throw invalid('The time range can be at most one year.', pointer);
  return range;
}

function bucketStarts(from: number, to: number, interval: NonNullable<Attributes['interval']>): number[] {
  const starts: number[] = [];
  for (let start = floor(from, interval); start < to; start = following(start, interval)) {
    starts.push(start);
    if (starts.length > 10_000) throw invalid('The interval is too short for this range.', '/data/attributes/interval');
  }
  return starts;
}

function floor(time: number, interval: NonNullable<Attributes['interval']>): number {
  const date = new Date(time);
  if (interval === 'hour') return Math.floor(time / 3_600_000) * 3_600_000;
  if (interval === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const day = Math.floor(time / dayMs) * dayMs;
  return interval === 'week' ? day - ((date.getUTCDay() + 6) % 7) * dayMs : day;
}

function following(start: number, interval: NonNullable<Attributes['interval']>): number {
  if (interval === 'hour') return start + 3_600_000;
  if (interval === 'day') return start + dayMs;
  if (interval === 'week') return start + 7 * dayMs;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
