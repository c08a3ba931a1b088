import {
  type Activity,
  type Contact,
  contactKey,
  dedupKey,
  type List,
  listKey,
  type Mark,
  markKey,
  type Meta,
  type Stream,
  type Suppression,
  type SuppressionEntry,
} from '@portage/records';
import { type Outgoing } from '@portage/kafka';

export const CONNECTION = 'connection-1';
export const OPT_IN = Date.UTC(2024, 0, 15);

/** Records are stamped with it, and Kafka removes what is older than a topic keeps: it has to be of today. */
let clock = Date.now();

let run = 1;

/** What is made from now on belongs to another pass. */
export function nextRun(): void {
  run += 1;
}

/** Later calls are newer. */
export function meta(changes: Partial<Meta> = {}): Meta {
  clock += 1;
  return {
    op: 'upsert',
    connectionId: CONNECTION,
    accountId: 'a1',
    runId: `run-${run}`,
    observedAt: clock,
    version: clock,
    ...changes,
  };
}

export function contact(contactId: string, changes: Partial<Contact> = {}): Contact {
  const email = `${contactId}@mail.northwind.net`;
  return {
    meta: meta(),
    contactId,
    emailAddress: email,
    email,
    firstName: `First ${contactId}`,
    lastName: null,
    jobTitle: null,
    companyName: null,
    birthdayMonth: null,
    birthdayDay: null,
    anniversary: null,
    phones: [],
    addresses: [],
    customFields: [],
    tags: [],
    listIds: [],
    permission: 'explicit',
    optInSource: 'contact',
    optInAt: OPT_IN,
    optOutSource: null,
    optOutAt: null,
    optOutReason: null,
    createdAt: OPT_IN,
    updatedAt: OPT_IN,
    deletedAt: null,
    sms: null,
    ...changes,
  };
}

export function suppression(contactId: string, entry: Partial<SuppressionEntry> = {}): Suppression {
  const address = entry.address ?? `${contactId}@mail.northwind.net`;
  return {
    meta: meta(),
    contactId,
    email: address,
    deletedAt: null,
    entries: [
      {
        active: true,
        reason: 'unsubscribed',
        source: 'contact',
        occurredAt: OPT_IN + 86_400_000,
        liftedAt: null,
        campaignActivityId: null,
        bounceCode: null,
        ...entry,
        address,
      },
    ],
  };
}

export function list(listId: string, changes: Partial<List> = {}): List {
  return {
    meta: meta(),
    listId,
    name: `List ${listId}`,
    description: null,
    favorite: false,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    membershipCount: null,
    ...changes,
  };
}

export function activity(contactId: string, n: number, changes: Partial<Activity> = {}): Activity {
  const happening = {
    type: 'opened' as const,
    campaignActivityId: 'mailing-1',
    contactId,
    createdAt: OPT_IN + n * 1000,
    urlId: null,
  };
  return {
    ...happening,
    meta: meta(),
    campaignId: 'campaign-1',
    campaignName: 'Spring letter',
    subject: 'Flowers',
    email: `${contactId}@mail.northwind.net`,
    url: null,
    device: null,
    bounceCode: null,
    optOutReason: null,
    dedupKey: dedupKey(happening, 0),
    ...changes,
  };
}

export const outgoing = {
  contact: (value: Contact): Outgoing => ({
    topic: 'contacts',
    key: contactKey(value),
    value,
    timestamp: value.meta.observedAt,
  }),
  suppression: (value: Suppression): Outgoing => ({
    topic: 'suppressions',
    key: contactKey(value),
    value,
    timestamp: value.meta.observedAt,
  }),
  list: (value: List): Outgoing => ({ topic: 'lists', key: listKey(value), value, timestamp: value.meta.observedAt }),
  activity: (value: Activity): Outgoing => ({
    topic: 'activities',
    key: contactKey(value),
    value,
    timestamp: value.meta.observedAt,
  }),
  mark: (value: Mark): Outgoing => ({ topic: 'marks', key: markKey(value), value, timestamp: value.completedAt }),
};

export function mark(stream: Stream, endOffsets: readonly number[], connectionId = CONNECTION): Mark {
  const { observedAt, runId } = meta();
  return { connectionId, stream, runId, completedAt: observedAt, endOffsets };
}
