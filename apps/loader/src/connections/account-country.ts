import { type Contact } from '@portage/records';
import { sourceOf } from '../replays/origin.js';
import { type Connections } from './connections.js';

/** The country of the account that the contact comes from, wherever a replay has brought it: numbers without one are read by it. */
export function accountCountryOf({ meta }: Contact, connections: Pick<Connections, 'get'>): string | null {
  return connections.get(sourceOf(meta.connectionId))?.country ?? null;
}
