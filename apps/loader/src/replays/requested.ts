import { type Queries } from '@portage/persistence';
import { normaliseEmail, parseKey } from '@portage/records';
import { type z } from 'zod';
import { type replayBody } from './answers.js';
import { refusedReplay } from './refusal.js';
import { type Bound, type ReplayRequest } from './replay.js';

type Body = z.infer<typeof replayBody>;

/** @throws PortageError `loader.replay_refused` (dead-letter) in words for the owner */
export function requestOf(body: Body, people: readonly string[] | null): ReplayRequest {
  const { connectionId, targetConnectionId, streams, from, to, lists, mode, rate, dryRunId, yes } = body;
  const request: ReplayRequest = {
    connectionId,
    targetConnectionId: targetConnectionId ?? connectionId,
    streams: [...new Set(streams)],
    from: boundOf(from),
    to: boundOf(to),
    people,
    lists,
    mode,
    rate,
    dryRunId,
    yes,
  };
  const filtered = request.streams.filter((stream) => stream !== 'suppressions');
  const byOffset = [request.from, request.to].some((bound) => bound !== null && 'offsets' in bound);
  if (byOffset && filtered.length > 1) {
    throw refusedReplay('Offsets belong to one topic: name one stream, or give times.');
  }
  return request;
}

function boundOf(bound: Body['from']): Bound | null {
  if (bound === null) return null;
  return 'time' in bound ? { time: Date.parse(bound.time) } : bound;
}

/**
 * Contact ids of whoever is named by id or address; addresses are not kept.
 *
 * @returns the ids, and how many addresses are no contact's
 */
export async function contactIdsOf(
  queries: Queries,
  connectionId: string,
  target: string,
  given: readonly string[],
): Promise<{ readonly ids: string[]; readonly unknown: number }> {
  const named = given.map((text) => text.trim()).filter((text) => text !== '');
  const ids = named.filter((text) => !text.includes('@'));
  const emails = [...new Set(named.filter((text) => text.includes('@')).map((text) => addressOf(text)))];
  const rows = await queries.query<{ key: string; email: string }>(
    `SELECT key, email FROM ledger.records
     WHERE target = $1 AND stream = 'contacts' AND connection_id = $2 AND email = ANY($3::text[])`,
    [target, connectionId, emails],
  );
  const found = rows.flatMap(({ key }) => parseKey(key)?.sourceId ?? []);
  const known = new Set(rows.map(({ email }) => email));
  return { ids: [...new Set([...ids, ...found])], unknown: emails.filter((email) => !known.has(email)).length };
}

function addressOf(text: string): string {
  const normalised = normaliseEmail(text);
  return normalised.ok ? normalised.email : text.toLowerCase();
}
