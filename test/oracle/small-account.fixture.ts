import {
  type Account,
  applyChange,
  type Campaign,
  type Change,
  type Contact,
  generateAccount,
  type KlaviyoAccountState,
  type KlaviyoPersonState,
} from '@portage/simulators';

export const DAY = 86_400_000;
/** Midday of a Wednesday; the connection of every example. */
export const NOW = Date.parse('2026-11-25T12:00:00Z');

/** Four campaigns, sent 40, 30, 20 and 10 days ago, whose primary activities are `a1` to `a4`; lists `l1` (News) and `l2` (News). */
export function smallAccount(...contacts: Contact[]): Account {
  const empty = generateAccount({ seed: 1, contacts: 0, lists: 0, campaigns: 0, customFields: 0, now: NOW });
  const list = { name: 'News', channel: 'email', favorite: false, createdAt: 0, updatedAt: 0 } as const;
  return {
    ...empty,
    lists: [
      { id: 'l1', ...list },
      { id: 'l2', ...list },
    ],
    campaigns: [1, 2, 3, 4].map(campaign),
    contacts,
  };
}

/** Everybody is called Ada, joined 100 days ago and opted in then, unless said otherwise. */
export function contact(
  id: string,
  address: string | undefined,
  permission: string,
  more: Partial<Contact> = {},
): Contact {
  const joined = NOW - 100 * DAY;
  return {
    id,
    ...(address === undefined
      ? {}
      : {
          email: {
            address,
            permission,
            createdAt: joined,
            updatedAt: joined,
            optInDate: joined,
            optInSource: 'Contact' as const,
            confirmStatus: 'off' as const,
          },
        }),
    firstName: 'Ada',
    createSource: 'Account',
    createdAt: joined,
    updatedAt: joined,
    customFields: [],
    phones: [],
    addresses: [],
    lists: ['l1'],
    tags: [],
    ...more,
  };
}

/** The same account after the changes, at that moment; the given one stays as it is. */
export function after(account: Account, at: number, ...changes: Change[]): Account {
  const copy = structuredClone(account);
  for (const change of changes) applyChange(copy, change, at);
  return copy;
}

export function person(email: string, more: Partial<KlaviyoPersonState> = {}): KlaviyoPersonState {
  return {
    id: `K-${email}`,
    email,
    phone: null,
    externalId: null,
    first_name: null,
    last_name: null,
    organization: null,
    title: null,
    locale: null,
    image: null,
    location: {},
    properties: {},
    created: '2026-11-25T12:00:00.000Z',
    updated: '2026-11-25T12:00:00.000Z',
    lastEvent: null,
    consent: 'NEVER_SUBSCRIBED',
    consentTimestamp: null,
    suppressions: [],
    listSuppressions: [],
    mailable: true,
    lists: [],
    ...more,
  };
}

export function klaviyo(profiles: KlaviyoPersonState[], lists: KlaviyoAccountState['lists'] = []): KlaviyoAccountState {
  return { id: 'K', name: 'K', profiles, lists, metrics: [], jobs: [], pending: 0 };
}

function campaign(number: number): Campaign {
  const sentAt = NOW - (50 - number * 10) * DAY;
  const columns = () => ({
    length: 0,
    contact: new Uint32Array(),
    second: new Uint32Array(),
    address: new Uint32Array(),
    detail: new Uint16Array(),
  });
  return {
    id: `c${number}`,
    name: `Letter ${number}`,
    status: 'Done',
    typeCode: 10,
    createdAt: sentAt,
    updatedAt: sentAt,
    activities: [
      {
        id: `a${number}`,
        role: 'primary_email',
        subject: 'Hello',
        fromName: 'Us',
        fromEmail: 'us@portage-demo.org',
        listIds: ['l1'],
        sentAt,
        links: [{ urlId: '7', url: 'https://www.portage-demo.org/x' }],
        rows: {
          sends: columns(),
          opens: columns(),
          clicks: columns(),
          forwards: columns(),
          optouts: columns(),
          bounces: columns(),
        },
        abuse: 0,
      },
    ],
  };
}
