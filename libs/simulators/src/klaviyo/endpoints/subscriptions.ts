import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { type ConsentRow } from '../effects/work.js';
import { invalid, RowErrors } from '../jsonapi/errors.js';
import { parseOffsetTime } from '../jsonapi/times.js';
import { isEmail } from '../rules/email.js';
import { isPhone } from '../rules/phone.js';

/** Both answer an empty 202: no job, nothing to ask about it later. */
export const subscriptionEndpoints: Endpoint[] = [
  { endpoint: 'POST /api/profile-subscription-bulk-create-jobs', handle: subscribe },
  { endpoint: 'POST /api/profile-subscription-bulk-delete-jobs', handle: unsubscribe },
];

const rowsPointer = '/data/attributes/profiles/data';

interface Channel {
  marketing?: { consent: string; consented_at?: string | null };
}

interface Row {
  attributes: {
    email?: string | null;
    phone_number?: string | null;
    subscriptions: Record<string, Channel>;
  };
}

interface Body {
  data: {
    attributes: { profiles: { data: Row[] }; historical_import?: boolean | null; custom_source?: string | null };
    relationships?: { list?: { data?: { id: string } } };
  };
}

function subscribe(call: Call): SimAnswer {
  const { attributes } = (call.body as Body).data;
  const partial = call.world.troubles.partialFailures && dropBadPhones(attributes.profiles.data);
  const historical = attributes.historical_import === true;
  const rows = checkRows(call, 1000, (row, pointer, errors) => {
    const consentedAt = row.attributes.subscriptions['email']?.marketing?.consented_at ?? undefined;
    const at = `${pointer}/attributes/subscriptions/email/marketing/consented_at`;
    if (!historical) {
      if (consentedAt !== undefined) errors.add('consented_at needs historical_import to be true.', at);
      return null;
    }
    if (row.attributes.subscriptions['email']?.marketing === undefined) return null;
    const time = parseOffsetTime(consentedAt);
    if (time === undefined) errors.add('The profile does not have a valid consented_at timestamp.', at);
    else if (time >= call.request.at) errors.add('consented_at must be in the past.', at);
    return time ?? null;
  });
  call.world.schedule(call.world.delays.subscribe, {
    kind: 'subscribe',
    account: call.account.id,
    cause: call.cause,
    rows,
    list: theList(call),
    historical,
    source: attributes.custom_source ?? null,
  });
  return { status: 202, ...(partial ? { headers: { 'x-klaviyo-partial-failure': 'true' } } : {}) };
}

/** True if there were any beside a good e-mail. */
function dropBadPhones(rows: readonly Row[]): boolean {
  let dropped = false;
  for (const { attributes } of rows) {
    if (typeof attributes.phone_number !== 'string' || isPhone(attributes.phone_number)) continue;
    if (typeof attributes.email !== 'string' || !isEmail(attributes.email)) continue;
    attributes.phone_number = null;
    dropped = true;
  }
  return dropped;
}

function unsubscribe(call: Call): SimAnswer {
  const rows = checkRows(call, 100, () => null);
  call.world.schedule(call.world.delays.unsubscribe, {
    kind: 'unsubscribe',
    account: call.account.id,
    cause: call.cause,
    rows,
    list: theList(call),
  });
  return { status: 202 };
}

type RowCheck = (row: Row, pointer: string, errors: RowErrors) => number | null;

/** All rows or none: one bad row refuses the request and is named. */
function checkRows(call: Call, maximum: number, consentedAt: RowCheck): ConsentRow[] {
  const given = (call.body as Body).data.attributes.profiles.data;
  if (given.length === 0) throw invalid('At least one profile is required.', rowsPointer);
  if (given.length > maximum) throw invalid(`At most ${maximum} profiles are accepted.`, rowsPointer);
  const errors = new RowErrors();
  const rows = given.map((row, at) => {
    const pointer = `${rowsPointer}/${at}`;
    checkIdentity(row, `${pointer}/attributes`, errors);
    return {
      email: row.attributes.email?.toLowerCase() ?? null,
      phone: row.attributes.phone_number ?? null,
      consentedAt: consentedAt(row, pointer, errors),
    };
  });
  errors.throwIfAny();
  call.rows.push(...rows.map(({ email, phone }) => email ?? phone ?? ''));
  return rows;
}

function checkIdentity({ attributes }: Row, pointer: string, errors: RowErrors): void {
  const { email, phone_number: phone, subscriptions } = attributes;
  if (typeof email !== 'string' && typeof phone !== 'string')
    errors.add('An email or a phone_number is required.', pointer);
  if (typeof email === 'string' && !isEmail(email)) errors.add('Invalid email address', `${pointer}/email`);
  if (typeof phone === 'string' && !isPhone(phone)) errors.add('Invalid phone number', `${pointer}/phone_number`);
  if (Object.keys(subscriptions).length === 0) errors.add('A channel is required.', `${pointer}/subscriptions`);
  if (subscriptions['email'] !== undefined && typeof email !== 'string') {
    errors.add('The email channel needs an email.', `${pointer}/email`);
  }
  if (subscriptions['sms'] !== undefined || subscriptions['whatsapp'] !== undefined) {
    errors.add('This account has no sending number for that region.', `${pointer}/subscriptions/sms`);
  }
}

function theList(call: Call): string | null {
  const id = (call.body as Body).data.relationships?.list?.data?.id;
  if (id === undefined) return null;
  if (!call.account.lists.has(id))
    throw invalid(`A list with id ${id} does not exist.`, '/data/relationships/list/data/id');
  call.list = id;
  return id;
}
