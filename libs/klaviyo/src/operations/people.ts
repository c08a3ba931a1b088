import { z } from 'zod';
import { isRefusal } from '../answer/refusal.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { type Answers } from '../generated/contract.js';
import { allPages } from '../calls/pages.js';
import { unreadable } from '../calls/unreadable.js';
import { anyOf, filterChunks } from '../filter.js';
import { maxima } from '../maxima.js';

/** A profile and what Klaviyo holds about mailing it. Words and times are the vendor's. */
export interface PersonRead {
  readonly profileId: string;
  /** Lower-cased. */
  readonly email: string;
  /** SUBSCRIBED, UNSUBSCRIBED or NEVER_SUBSCRIBED; null when the answer had none. */
  readonly consent: string | null;
  readonly consentTimestamp: string | null;
  readonly suppressions: readonly { readonly reason: string; readonly timestamp: string | null }[];
  /** True for people who never subscribed, too: it says only that nothing suppresses them. Null when the answer had none. */
  readonly canReceive: boolean | null;
  readonly phoneNumber: string | null;
  /** Only when they were asked for: custom properties, and the standard fields that an import writes, by their name there. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Who is known under these addresses, by lower-cased address; who is not in the map is not known. Any number. */
export async function readPeople(
  caller: Caller,
  emails: readonly string[],
  options: CallOptions & { readonly properties?: boolean } = {},
): Promise<Map<string, PersonRead>> {
  const people = new Map<string, PersonRead>();
  const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
  const fields = options.properties ? `${readFields},${writtenFields}` : readFields;
  const ask = (part: readonly string[]): Promise<PersonRead[]> =>
    inHalves(part, (some) => profiles(caller, anyOf('email', some), fields, options));
  for (const chunk of filterChunks(wanted, maxima.readPeople)) {
    for (const [email, profile] of await byAddress(chunk, ask)) people.set(email, profile);
  }
  return people;
}

/**
 * A profile can have further addresses (`patch_identifiers` adds them) and may answer to one of those under its own. Whoever asked for
 * it must not be taken for unknown, opt-out included, so the addresses that nobody has as the first are asked for in ever fewer.
 */
async function byAddress(
  asked: readonly string[],
  ask: (part: readonly string[]) => Promise<PersonRead[]>,
): Promise<(readonly [string, PersonRead])[]> {
  const answers = (await ask(asked)).filter(({ email }) => email !== '');
  const own = answers.filter(({ email }) => asked.includes(email)).map((profile) => [profile.email, profile] as const);
  const [other] = answers.filter(({ email }) => !asked.includes(email));
  const [only] = asked;
  if (other === undefined || only === undefined) return own;
  if (asked.length === 1) return own.length > 0 ? own : [[only, other]];
  const rest = asked.filter((email) => !own.some(([known]) => known === email));
  const middle = Math.ceil(rest.length / 2);
  const parts = rest.length < asked.length ? [rest] : [rest.slice(0, middle), rest.slice(middle)];
  for (const part of parts) if (part.length > 0) own.push(...(await byAddress(part, ask)));
  return own;
}

/**
 * Asks for fewer where a question is refused. One address that cannot be asked for at all fails the whole read: whoever is not
 * answered counts as unknown, and unknown must never mean unread.
 */
async function inHalves<T>(values: readonly string[], ask: (part: readonly string[]) => Promise<T[]>): Promise<T[]> {
  try {
    return await ask(values);
  } catch (error) {
    if (!isRefusal(error) || values.length <= 1) throw error;
    const middle = Math.ceil(values.length / 2);
    return [...(await inHalves(values.slice(0, middle), ask)), ...(await inHalves(values.slice(middle), ask))];
  }
}

export interface PhoneHolder {
  readonly profileId: string;
  readonly email: string | null;
}

/** Who holds these numbers (E.164). A phone is an identity in Klaviyo: importing a known one with another address renames that person. */
export async function findByPhones(
  caller: Caller,
  phones: readonly string[],
  options: CallOptions = {},
): Promise<Map<string, PhoneHolder>> {
  const holders = new Map<string, PhoneHolder>();
  for (const chunk of filterChunks([...new Set(phones)], maxima.readPeople)) {
    const ask = (part: readonly string[]) =>
      profiles(caller, anyOf('phone_number', part), 'email,phone_number', options);
    for (const profile of await inHalves(chunk, ask)) {
      if (profile.phoneNumber === null) continue;
      holders.set(profile.phoneNumber, { profileId: profile.profileId, email: profile.email || null });
    }
  }
  return holders;
}

const readFields = 'email,phone_number,subscriptions';
const writtenFields = 'first_name,last_name,organization,title,location,properties';

async function profiles(caller: Caller, filter: string, fields: string, options: CallOptions): Promise<PersonRead[]> {
  const query = {
    filter,
    'page[size]': '100',
    'fields[profile]': fields,
    ...(fields.includes('subscriptions') ? { 'additional-fields[profile]': 'subscriptions' } : {}),
  };
  const { signal } = options;
  const call = { endpoint: 'GET /api/profiles', query, repeat: 'safe', ...(signal ? { signal } : {}) } as const;
  return (await allPages(caller, call, profile)).map((each) => personOf(each));
}

/** An empty one was recorded as `[]`. */
const fields = z.preprocess(
  (value) => (Array.isArray(value) ? {} : value),
  z.record(z.string(), z.unknown()).nullish(),
);

const profile = z.object({
  id: z.string().nullish(),
  attributes: z.object({
    email: z.string().nullish(),
    phone_number: z.string().nullish(),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    organization: z.string().nullish(),
    title: z.string().nullish(),
    location: fields,
    properties: fields,
    subscriptions: z
      .object({
        email: z
          .object({
            marketing: z
              .object({
                can_receive_email_marketing: z.boolean().nullish(),
                consent: z.string().nullish(),
                consent_timestamp: z.string().nullish(),
                suppression: z.array(z.object({ reason: z.string(), timestamp: z.string().nullish() })).nullish(),
              })
              .nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});

function personOf({ id, attributes }: z.infer<typeof profile>): PersonRead {
  // Dropping it would make somebody unknown who is not, opt-out included.
  if (!id) throw unreadable('GET /api/profiles');
  const marketing = attributes.subscriptions?.email?.marketing;
  return {
    profileId: id,
    email: attributes.email?.toLowerCase() ?? '',
    consent: marketing?.consent ?? null,
    consentTimestamp: marketing?.consent_timestamp ?? null,
    suppressions: (marketing?.suppression ?? []).map(({ reason, timestamp }) => ({
      reason,
      timestamp: timestamp ?? null,
    })),
    canReceive: marketing?.can_receive_email_marketing ?? null,
    phoneNumber: attributes.phone_number ?? null,
    ...(attributes.properties ? { properties: attributes.properties, fields: fieldsOf(attributes) } : {}),
  };
}

function fieldsOf({
  phone_number,
  first_name,
  last_name,
  organization,
  title,
  location,
}: z.infer<typeof profile>['attributes']): Readonly<Record<string, unknown>> {
  return { phone_number, first_name, last_name, organization, title, location };
}

type _Profile = Reads<typeof profile, Answers['GET /api/profiles']['data'][number]>;
