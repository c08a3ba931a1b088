import { type Call, type Endpoint } from '../call.js';
import { contract } from '../generated/contract.js';
import { refuse } from '../jsonapi/errors.js';
import { parseFilter } from '../jsonapi/filter.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { metricResource } from '../resources/event.js';
import { type Metric } from '../state/event-store.js';

export const metricEndpoints: Endpoint[] = [
  {
    endpoint: 'GET /api/metrics',
    handle: (call) => {
      const filter = call.query.get('filter');
      const conditions = filter === null ? [] : parseFilter(filter, contract['GET /api/metrics']?.filters ?? {});
      // Asking for a category finds nothing, though metrics report one.
      const found = call.account.metrics.filter((metric) =>
        conditions.every(({ field, values }) => field === 'integration.name' && values.includes(metric.integration)),
      );
      const page = slicePage(call, found, 200);
      return pageAnswer(call, { ...page, items: page.items.map((metric) => metricResource(call, metric)) });
    },
  },
  {
    endpoint: 'GET /api/metrics/{id}',
    handle: (call) => ({
      status: 200,
      json: {
        data: metricResource(call, metricWithId(call, call.request.params['id'] ?? '')),
        links: { self: call.base + call.request.url },
      },
    }),
  },
];

/** Throws the 404. */
export function metricWithId(call: Call, id: string): Metric {
  const metric = call.account.metrics.find((each) => each.id === id);
  if (metric === undefined) throw refuse(404, 'not_found', `A metric with id ${id} does not exist.`);
  return metric;
}
