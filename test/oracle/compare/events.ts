import { type KlaviyoEventState } from '@portage/simulators';
import { type Expected, type ExpectedEvent } from '../expect/expected.js';
import { type Difference } from './difference.js';

interface Counted {
  required: number;
  optional: number;
  actual: number;
}

/** Events with their multiplicity: two equal rows of the source are two events. */
export function compareEvents(
  expected: Expected,
  actual: readonly KlaviyoEventState[],
  priorIds: ReadonlySet<string> = new Set(),
): Difference[] {
  const counts = new Map<string, Counted>();
  const count = (key: string): Counted => {
    const known = counts.get(key) ?? { required: 0, optional: 0, actual: 0 };
    counts.set(key, known);
    return known;
  };
  for (const event of expected.events) count(keyOf(expected, event))[event.optional ? 'optional' : 'required'] += 1;
  for (const event of actual) {
    if (priorIds.has(event.id)) continue;
    const { metric, email, time, properties } = event;
    count(keyOf(expected, { metric, email: email ?? '', second: Date.parse(time) / 1000, properties })).actual += 1;
  }
  return [...counts].flatMap(([key, { required, optional, actual: there }]) => {
    if (there < required) return [{ kind: 'missing event', subject: key, expected: required, actual: there }];
    if (there <= required + optional) return [];
    const kind = required + optional > 0 ? 'doubled event' : 'unexpected event';
    return [{ kind, subject: key, expected: required, actual: there }];
  });
}

function keyOf(
  { addressChain }: Expected,
  event: Pick<ExpectedEvent, 'metric' | 'email' | 'second'> & {
    readonly properties: Readonly<Record<string, unknown>>;
  },
): string {
  const properties = Object.entries(event.properties)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort();
  return [event.metric, latestAddress(addressChain, event.email), event.second, ...properties].join(' | ');
}

function latestAddress(chain: ReadonlyMap<string, string>, email: string): string {
  let latest = email;
  const passed = new Set([email]);
  for (let next = chain.get(latest); next !== undefined && !passed.has(next); next = chain.get(latest)) {
    passed.add(next);
    latest = next;
  }
  return latest;
}
