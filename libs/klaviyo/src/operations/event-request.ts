import { type VendorError } from '../answer/vendor-error.js';
import { indexUnder, type RowsNamed } from '../batch/blame.js';
import { jsonBytes } from '../batch/pack.js';
import { type Requests } from '../generated/contract.js';
import { type EventRow } from '../mapping/event.js';

type EventRequest = Requests['POST /api/event-bulk-create-jobs'];
type Group = EventRequest['data']['attributes']['events-bulk-create']['data'][number];
type Entry = Group['attributes']['events']['data'][number];

const groupsAt = '/data/attributes/events-bulk-create/data';

/** Events grouped by person, as the bulk request wants them; positions are those of the rows given. */
export interface GroupedEvents {
  readonly groups: readonly { readonly email: string; readonly rows: readonly number[] }[];
  readonly request: EventRequest;
}

/**
 * A `unique_id` that comes twice for one person and metric fails the whole request, so of such rows only the first is in it;
 * the others are the same event and share its fate.
 */
export function groupEvents(rows: readonly EventRow[]): GroupedEvents {
  const byEmail = new Map<string, number[]>();
  const seen = new Set<string>();
  rows.forEach(({ email, metric, uniqueId }, index) => {
    const identity = JSON.stringify([email, metric, uniqueId]);
    if (seen.has(identity)) return;
    seen.add(identity);
    const group = byEmail.get(email);
    if (group) group.push(index);
    else byEmail.set(email, [index]);
  });
  const groups = [...byEmail].map(([email, indices]) => ({ email, rows: indices }));
  const data = groups.map(({ email, rows: indices }) =>
    group(
      email,
      indices.map((index) => rows[index] as EventRow),
    ),
  );
  return {
    groups,
    request: { data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data } } } },
  };
}

/** Which rows an error names: an event by its group and place in it, or all events of a group. */
export function eventsNamed(rows: readonly EventRow[]): RowsNamed {
  const { groups } = groupEvents(rows);
  return ({ pointer }: VendorError) => {
    const at = indexUnder(groupsAt, pointer);
    const group = at === null ? undefined : groups[at];
    if (at === null || !group) return [];
    const within = indexUnder(`${groupsAt}/${at}/attributes/events/data`, pointer);
    if (within === null) return withTwins(rows, group.rows);
    const row = group.rows[within];
    return row === undefined ? [] : withTwins(rows, [row]);
  };
}

/** Bytes of one event in a request, as if its person had no other. */
export function eventBytes(row: EventRow): number {
  return jsonBytes(group(row.email, [row]));
}

function group(email: string, rows: readonly EventRow[]): Group {
  return {
    type: 'event-bulk-create',
    attributes: {
      // Recorded without starting flows: the mailing and its consequences were elsewhere, long ago.
      backfill: true,
      // The address alone: fields of an embedded profile would overwrite newer ones.
      profile: { data: { type: 'profile', attributes: { email } } },
      events: { data: rows.map((row) => entry(row)) },
    },
  };
}

function entry({ metric, properties, time, uniqueId }: EventRow): Entry {
  return {
    type: 'event',
    attributes: {
      metric: { data: { type: 'metric', attributes: { name: metric } } },
      time,
      unique_id: uniqueId,
      backfill: true,
      properties,
    },
  };
}

function withTwins(rows: readonly EventRow[], named: readonly number[]): number[] {
  const identities = new Set(named.map((row) => identityOf(rows[row])));
  return [...rows.keys()].filter((row) => identities.has(identityOf(rows[row])));
}

function identityOf(row: EventRow | undefined): string {
  return row ? JSON.stringify([row.email, row.metric, row.uniqueId]) : '';
}
