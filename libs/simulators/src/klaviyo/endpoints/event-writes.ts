import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { type EventGroup, type EventRow } from '../effects/work.js';
import { invalid, RowErrors } from '../jsonapi/errors.js';
import { checkEvent, type EventAttributes } from '../rules/event-rules.js';
import { checkProfile, profileBytes } from '../rules/profile-rules.js';
import { type ProfileRow } from '../state/jobs.js';

/** Both answer an empty 202. */
export const eventWriteEndpoints: Endpoint[] = [
  { endpoint: 'POST /api/events', handle: createOne },
  { endpoint: 'POST /api/event-bulk-create-jobs', handle: createMany },
];

interface EmbeddedProfile {
  data: { id?: string | null; attributes: Record<string, unknown>; meta?: ProfileRow['meta'] };
}

interface OneBody {
  data: { attributes: EventAttributes & { profile: EmbeddedProfile } };
}

function createOne(call: Call): SimAnswer {
  const { attributes } = (call.body as OneBody).data;
  const { meta, ...others } = attributes.profile.data.attributes;
  const embedded = { ...attributes.profile.data, attributes: others };
  if (meta !== undefined) embedded.meta = meta as NonNullable<ProfileRow['meta']>;
  const errors = new RowErrors();
  const profile = checkEmbedded(embedded, '/data/attributes/profile/data', errors);
  const event = checkEvent(attributes, '/data/attributes', errors, call.request.at, false);
  errors.throwIfAny();
  return accept(call, [{ profile, events: [event] }], call.world.delays.event);
}

interface ManyBody {
  data: {
    attributes: {
      'events-bulk-create': {
        data: {
          attributes: {
            backfill?: boolean | null;
            profile: EmbeddedProfile;
            events: { data: { attributes: EventAttributes }[] };
          };
        }[];
      };
    };
  };
}

function createMany(call: Call): SimAnswer {
  const groups = (call.body as ManyBody).data.attributes['events-bulk-create'].data;
  const pointer = '/data/attributes/events-bulk-create/data';
  const count = groups.reduce((sum, group) => sum + group.attributes.events.data.length, 0);
  if (count === 0) throw invalid('At least one event is required.', pointer);
  if (count > 1000) throw invalid('At most 1000 events are accepted.', pointer);
  const errors = new RowErrors();
  const unique = new Set<string>();
  const accepted = groups.map(({ attributes }, at) => {
    const groupPointer = `${pointer}/${at}/attributes`;
    const profile = checkEmbedded(attributes.profile.data, `${groupPointer}/profile/data`, errors);
    const owner = identityOf(profile);
    if (attributes.events.data.length === 0)
      errors.add('At least one event is required.', `${groupPointer}/events/data`);
    const events = attributes.events.data.map((event, index) => {
      const eventPointer = `${groupPointer}/events/data/${index}/attributes`;
      const row = checkEvent(event.attributes, eventPointer, errors, call.request.at, attributes.backfill === true);
      checkUnique(owner, row, unique, eventPointer, errors);
      if (call.world.troubles.refuseRepeatedEvents) checkNew(call, owner, row, eventPointer, errors);
      return row;
    });
    return { profile, events };
  });
  errors.throwIfAny();
  return accept(call, accepted, call.world.delays.events);
}

/** A repeated id for the same person and metric fails the whole request. */
function checkUnique(owner: string, row: EventRow, unique: Set<string>, pointer: string, errors: RowErrors): void {
  if (row.uniqueId === null) return;
  const key = `${owner} ${row.metric} ${row.uniqueId}`;
  if (unique.has(key)) {
    errors.add('unique_id is repeated for the same profile and metric in this request.', `${pointer}/unique_id`);
  }
  unique.add(key);
}

function checkNew(call: Call, owner: string, row: EventRow, pointer: string, errors: RowErrors): void {
  const { account, integration } = call;
  const profile = account.profiles.withEmail(owner)?.seq;
  const metric = account.metrics.find((each) => each.name === row.metric && each.integration === integration)?.index;
  if (row.uniqueId === null || profile === undefined || metric === undefined) return;
  if (!account.events.has({ profile, metric, uniqueId: row.uniqueId })) return;
  errors.add('An event with this unique_id exists for the profile and metric.', `${pointer}/unique_id`);
}

function checkEmbedded(
  { id, attributes, meta }: EmbeddedProfile['data'],
  pointer: string,
  errors: RowErrors,
): ProfileRow {
  const row = { ...(typeof id === 'string' ? { id } : {}), attributes, ...(meta === undefined ? {} : { meta }) };
  checkProfile(row, pointer, errors);
  // Measuring costs more than all the rest, and an e-mail alone is short.
  if (Object.keys(attributes).length > 1 && profileBytes(row) > 95_000)
    errors.add('An embedded profile can have at most 95 KB.', pointer);
  return row;
}

function identityOf(profile: ProfileRow): string {
  const { email, phone_number: phone, external_id: externalId, anonymous_id: anonymousId } = profile.attributes;
  const first = profile.id ?? email ?? phone ?? externalId ?? anonymousId;
  return typeof first === 'string' ? first.toLowerCase() : '';
}

function accept(call: Call, groups: EventGroup[], delay: readonly [number, number]): SimAnswer {
  // The profile's own text where there is one, so that a million rows share a few thousand texts.
  for (const group of groups) {
    const identity = identityOf(group.profile);
    call.rows.push(call.account.profiles.withEmail(identity)?.email ?? identity);
  }
  call.world.schedule(delay, {
    kind: 'events',
    account: call.account.id,
    cause: call.cause,
    integration: call.integration,
    groups,
  });
  return { status: 202 };
}
