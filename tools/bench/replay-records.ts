import { type Outgoing } from '@portage/kafka';
import {
  type Activity,
  type Contact,
  contactKey,
  dedupKey,
  markKey,
  type Meta,
  type Suppression,
} from '@portage/records';

export interface Sizes {
  readonly contacts: number;
  readonly activities: number;
}

/** Every so many contacts have opted out at the source. */
const OPTED_OUT = 8;
const OPT_IN = Date.UTC(2024, 0, 15);

/** An account of plain contacts, as the poller would have published it; one after the other, so that none has to be kept. */
export function* recordsFor(connectionId: string, { contacts, activities }: Sizes): Generator<Outgoing> {
  const at = Date.now();
  const meta: Meta = { op: 'snapshot', connectionId, accountId: 'bench', runId: 'bench', observedAt: at, version: at };
  for (let n = 0; n < contacts; n += 1) {
    if (n % OPTED_OUT === 0) yield outgoing('suppressions', suppressionOf(meta, n));
    yield outgoing('contacts', contactOf(meta, n));
  }
  for (let n = 0; n < activities; n += 1) yield outgoing('activities', activityOf(meta, n, contacts));
}

/** Says that all of it was read, up to these ends. */
export function marksFor(
  connectionId: string,
  ends: Readonly<Record<'contacts' | 'suppressions', readonly number[]>>,
): Outgoing[] {
  return (['contacts', 'suppressions'] as const).map((stream) => {
    const value = { connectionId, stream, runId: 'bench', completedAt: Date.now(), endOffsets: [...ends[stream]] };
    return { topic: 'marks', key: markKey(value), value, timestamp: value.completedAt };
  });
}

function outgoing(
  topic: 'contacts' | 'suppressions' | 'activities',
  value: Contact | Suppression | Activity,
): Outgoing {
  return { topic, key: contactKey(value), value, timestamp: value.meta.observedAt } as Outgoing;
}

function contactOf(meta: Meta, n: number): Contact {
  const email = emailOf(n);
  const optedOut = n % OPTED_OUT === 0;
  return {
    meta,
    contactId: idOf(n),
    emailAddress: email,
    email,
    firstName: `First ${n}`,
    lastName: `Last ${n}`,
    jobTitle: null,
    companyName: n % 3 === 0 ? `Company ${n % 1000}` : null,
    birthdayMonth: null,
    birthdayDay: null,
    anniversary: null,
    phones: [],
    addresses: [],
    customFields: [],
    tags: ['customer'],
    listIds: [`list-${n % 20}`],
    permission: optedOut ? 'unsubscribed' : 'explicit',
    optInSource: 'contact',
    optInAt: OPT_IN,
    optOutSource: null,
    optOutAt: optedOut ? OPT_IN + 86_400_000 : null,
    optOutReason: null,
    createdAt: OPT_IN,
    updatedAt: OPT_IN,
    deletedAt: null,
    sms: null,
  };
}

function suppressionOf(meta: Meta, n: number): Suppression {
  const address = emailOf(n);
  return {
    meta,
    contactId: idOf(n),
    email: address,
    deletedAt: null,
    entries: [
      {
        address,
        active: true,
        reason: 'unsubscribed',
        source: 'contact',
        occurredAt: OPT_IN + 86_400_000,
        liftedAt: null,
        campaignActivityId: null,
        bounceCode: null,
      },
    ],
  };
}

function activityOf(meta: Meta, n: number, contacts: number): Activity {
  const of = n % Math.max(1, contacts);
  const happening = {
    type: 'opened' as const,
    campaignActivityId: `mailing-${n % 50}`,
    contactId: idOf(of),
    createdAt: OPT_IN + n * 1000,
    urlId: null,
  };
  return {
    ...happening,
    meta,
    campaignId: 'campaign-1',
    campaignName: 'Spring letter',
    subject: 'Flowers',
    email: emailOf(of),
    url: null,
    device: null,
    bounceCode: null,
    optOutReason: null,
    dedupKey: dedupKey(happening, 0),
  };
}

function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function emailOf(n: number): string {
  return `person.${n}@bench.portage-demo.org`;
}
