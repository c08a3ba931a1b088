import { z } from 'zod';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { allPages } from '../calls/pages.js';
import { readAs } from '../calls/unreadable.js';
import { type Answers, type Requests } from '../generated/contract.js';

export interface Metric {
  readonly id: string;
  readonly name: string;
  /** Name of the integration; events sent with OAuth go to metrics of their own. */
  readonly integration: string | null;
}

export async function metrics(caller: Caller, options: CallOptions = {}): Promise<Metric[]> {
  const all = await allPages(caller, { endpoint: 'GET /api/metrics', repeat: 'safe', ...options }, metric);
  return all.map(({ id, attributes }) => ({
    id,
    name: attributes.name ?? '',
    integration: attributes.integration?.name ?? null,
  }));
}

export interface TimeRange {
  /** Milliseconds, inclusive. */
  readonly from: number;
  /** Milliseconds, exclusive. */
  readonly to: number;
}

/** How many events a metric has within a range, by the aggregates, which trail the events by seconds. */
export async function metricCount(
  caller: Caller,
  metricId: string,
  range: TimeRange,
  options: CallOptions = {},
): Promise<number> {
  const endpoint = 'POST /api/metric-aggregates' as const;
  let count = 0;
  for (const slice of slices(range)) {
    const body: Requests[typeof endpoint] = {
      data: {
        type: 'metric-aggregate',
        attributes: {
          metric_id: metricId,
          measurements: ['count'],
          interval: 'month',
          // The smallest that is taken. A sort would be refused.
          page_size: 500,
          timezone: 'UTC',
          filter: [`greater-or-equal(datetime,${datetime(slice.from)})`, `less-than(datetime,${datetime(slice.to)})`],
        },
      },
    };
    const response = await caller.send({ endpoint, body, repeat: 'safe', ...options });
    for (const { measurements } of readAs(endpoint, response, aggregate).data.attributes.data) {
      for (const each of measurements.count ?? []) count += each;
    }
  }
  return count;
}

/** At most a year is taken at once. */
const longestMs = 364 * 86_400_000;

function slices({ from, to }: TimeRange): TimeRange[] {
  const all: TimeRange[] = [];
  for (let start = from; start < to; start += longestMs) all.push({ from: start, to: Math.min(to, start + longestMs) });
  return all;
}

/** The filters take no offset: `YYYY-MM-DDTHH:MM:SS`, in the time zone of the query. Events are kept to the second. */
function datetime(at: number): string {
  return new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19);
}

const metric = z.object({
  id: z.string(),
  attributes: z.object({
    name: z.string().nullish(),
    integration: z.object({ name: z.string().nullish() }).nullish(),
  }),
});
const aggregate = z.object({
  data: z.object({
    attributes: z.object({
      data: z.array(z.object({ measurements: z.object({ count: z.array(z.number()).nullish() }) })),
    }),
  }),
});

type _Metric = Reads<typeof metric, Answers['GET /api/metrics']['data'][number]>;
type _Aggregate = Reads<typeof aggregate, Answers['POST /api/metric-aggregates']>;
