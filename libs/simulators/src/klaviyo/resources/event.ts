import { type Call } from '../call.js';
import { toSeconds } from '../jsonapi/times.js';
import { type Metric, type StoredEvent } from '../state/event-store.js';
import { relation, sparse } from './sparse.js';

/** The `unique_id` reads back as the property `$event_id`. */
export function eventResource(call: Call, event: StoredEvent): Record<string, unknown> {
  const id = eventId(event.index);
  const self = `/api/events/${id}`;
  const properties = JSON.parse(event.properties) as Record<string, unknown>;
  properties['$event_id'] = event.uniqueId;
  if (event.value !== null) properties['$value'] = event.value;
  const attributes = {
    timestamp: event.time,
    event_properties: properties,
    datetime: toSeconds(event.time * 1000),
    uuid: `${event.time.toString(16).padStart(8, '0')}-0000-11f0-8001-${event.index.toString(16).padStart(12, '0')}`,
  };
  const profile = call.account.profiles.at(event.profile);
  const metric = call.account.metrics[event.metric];
  return {
    type: 'event',
    id,
    attributes: sparse(attributes, call.query, 'event'),
    relationships: {
      ...(profile === undefined
        ? {}
        : { profile: relation(call.base, self, 'profile', { type: 'profile', id: profile.id }) }),
      ...(metric === undefined
        ? {}
        : { metric: relation(call.base, self, 'metric', { type: 'metric', id: metric.id }) }),
      attributions: relation(call.base, self, 'attributions', []),
    },
    links: { self: call.base + self },
  };
}

export function eventId(index: number): string {
  return `3e${index.toString(36).padStart(9, '0')}`;
}

export function eventIndex(id: string): number | undefined {
  return /^3e[0-9a-z]{9}$/.test(id) ? Number.parseInt(id.slice(2), 36) : undefined;
}

export function metricResource(call: Call, metric: Metric): Record<string, unknown> {
  const self = `/api/metrics/${metric.id}`;
  const attributes = {
    name: metric.name,
    created: toSeconds(metric.created),
    updated: toSeconds(metric.created),
    integration: {
      object: 'integration',
      id: metric.integration === 'API' ? '7FtS4J' : metric.integration,
      key: metric.integration === 'API' ? 'api' : metric.integration,
      name: metric.integration,
      category: metric.integration === 'API' ? 'API' : 'App',
    },
  };
  return {
    type: 'metric',
    id: metric.id,
    attributes: sparse(attributes, call.query, 'metric'),
    relationships: { 'flow-triggers': relation(call.base, self, 'flow-triggers') },
    links: { self: call.base + self },
  };
}
