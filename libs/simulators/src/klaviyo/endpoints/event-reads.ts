import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint, pageSize } from '../call.js';
import { contract } from '../generated/contract.js';
import { invalid, invalidParameter, refuse } from '../jsonapi/errors.js';
import { compareTo, type Condition, parseFilter, timeOf } from '../jsonapi/filter.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { eventIndex, eventResource, metricResource } from '../resources/event.js';
import { profileResource } from '../resources/profile.js';
import { asks } from '../resources/sparse.js';
import { type Account } from '../state/account.js';
import { type StoredEvent } from '../state/event-store.js';

/** However many are asked for, no more come. */
const largestPage = 200;

export const eventReadEndpoints: Endpoint[] = [
  { endpoint: 'GET /api/events', handle: readEvents },
  {
    endpoint: 'GET /api/events/{id}',
    handle: (call) => {
      const id = call.request.params['id'] ?? '';
      const index = eventIndex(id);
      if (index === undefined) throw invalid(`'${id}' is not a valid event id.`, '/data/id');
      const event = call.account.events.get(index);
      if (event === undefined) throw refuse(404, 'not_found', `An event with id ${id} does not exist.`);
      return {
        status: 200,
        json: {
          data: eventResource(call, event),
          links: { self: call.base + call.request.url },
          ...included(call, [event]),
        },
      };
    },
  },
];

function readEvents(call: Call): SimAnswer {
  const filter = call.query.get('filter');
  const conditions = filter === null ? [] : parseFilter(filter, contract['GET /api/events']?.filters ?? {});
  const { events } = call.account;
  const found = selected(call.account, conditions);
  // Newest first unless asked otherwise.
  if (!['datetime', 'timestamp'].includes(call.query.get('sort') ?? '')) found.reverse();
  const page = slicePage(call, found, Math.min(largestPage, pageSize(call, largestPage)));
  const items = page.items.flatMap((index) => events.get(index) ?? []);
  return pageAnswer(call, { ...page, items: items.map((event) => eventResource(call, event)) }, included(call, items));
}

/** Indexes, oldest first. */
function selected(account: Account, conditions: readonly Condition[]): number[] {
  const metricCondition = conditions.find(({ field }) => field === 'metric_id');
  const metric = account.metrics.find(({ id }) => id === metricCondition?.values[0]);
  if (metricCondition !== undefined && metric === undefined) return [];
  const tests = conditions.flatMap((condition) => test(account, condition) ?? []);
  const found: number[] = [];
  for (const index of account.events.inOrder(metric?.index ?? -1))
    if (tests.every((fits) => fits(index))) found.push(index);
  return found;
}

function test(account: Account, condition: Condition): ((index: number) => boolean) | undefined {
  const { events, profiles } = account;
  switch (condition.field) {
    case 'profile_id': {
      const seq = profiles.withId(condition.values[0] ?? '')?.seq;
      return (index) => events.profileOf(index) === seq;
    }
    case 'datetime': {
      const given = timeOf(condition);
      return (index) => compareTo(condition, events.timeOf(index) * 1000, given);
    }
    case 'timestamp': {
      const given = Number(condition.values[0]);
      if (Number.isNaN(given)) throw invalidParameter('timestamp must be a number.', 'filter');
      return (index) => compareTo(condition, events.timeOf(index), given);
    }
    default:
      return undefined;
  }
}

function included(call: Call, events: readonly StoredEvent[]): { included?: unknown[] } {
  const { account, query } = call;
  const wanted: unknown[] = [];
  if (asks(query, 'include', 'metric')) {
    for (const index of new Set(events.map((event) => event.metric))) {
      const metric = account.metrics[index];
      if (metric !== undefined) wanted.push(metricResource(call, metric));
    }
  }
  if (asks(query, 'include', 'profile')) {
    for (const seq of new Set(events.map((event) => event.profile))) {
      const profile = account.profiles.at(seq);
      if (profile !== undefined) wanted.push(profileResource(call, profile));
    }
  }
  return query.has('include') ? { included: wanted } : {};
}
