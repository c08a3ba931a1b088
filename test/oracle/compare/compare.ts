import { type KlaviyoAccountState, type KlaviyoEventState } from '@portage/simulators';
import { type Expected } from '../expect/expected.js';
import { type Difference } from './difference.js';
import { compareEvents } from './events.js';
import { compareLists } from './lists.js';
import { comparePeople } from './people.js';

export interface KlaviyoTruth {
  readonly state: KlaviyoAccountState;
  readonly events: readonly KlaviyoEventState[];
}

/** Every way in which the simulated Klaviyo differs from what it must hold. */
export function compare(expected: Expected, actual: KlaviyoTruth, before?: KlaviyoTruth): Difference[] {
  return [
    ...comparePeople(expected, actual.state, before?.state),
    ...compareLists(expected, actual.state, before?.state),
    ...compareEvents(expected, actual.events, new Set(before?.events.map(({ id }) => id))),
  ];
}
