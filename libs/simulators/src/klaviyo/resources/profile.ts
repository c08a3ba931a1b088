import { type Call } from '../call.js';
import { toMicroseconds, toSeconds } from '../jsonapi/times.js';
import { isMailable, locationFields, type Profile, textFields } from '../state/profile.js';
import { asks, relation, sparse } from './sparse.js';

export function profileResource(call: Call, profile: Profile): Record<string, unknown> {
  const self = `/api/profiles/${profile.id}`;
  const attributes: Record<string, unknown> = {
    email: profile.email,
    phone_number: profile.phone,
    external_id: profile.externalId,
    created: toSeconds(profile.created),
    updated: toSeconds(profile.updated),
    last_event_date: profile.lastEvent === null ? null : toSeconds(profile.lastEvent),
    location: Object.fromEntries(locationFields.map((field) => [field, profile.location[field] ?? null])),
    properties: profile.properties,
  };
  for (const field of textFields) attributes[field] = profile.texts[field] ?? null;
  if (asks(call.query, 'additional-fields[profile]', 'subscriptions'))
    attributes['subscriptions'] = subscriptions(profile);
  if (asks(call.query, 'additional-fields[profile]', 'predictive_analytics')) attributes['predictive_analytics'] = {};
  return {
    type: 'profile',
    id: profile.id,
    attributes: sparse(attributes, call.query, 'profile'),
    relationships: {
      lists: relation(call.base, self, 'lists'),
      segments: relation(call.base, self, 'segments'),
      'push-tokens': relation(call.base, self, 'push-tokens'),
    },
    links: { self: call.base + self },
  };
}

function subscriptions(profile: Profile): Record<string, unknown> {
  const never = { consent: 'NEVER_SUBSCRIBED', consent_timestamp: null };
  return {
    email: {
      marketing: {
        // Says that nothing suppresses the person, not that they consented.
        can_receive_email_marketing: isMailable(profile),
        consent: profile.consent,
        consent_timestamp: profile.consentTimestamp === null ? null : toSeconds(profile.consentTimestamp),
        last_updated: profile.consentTimestamp === null ? null : toSeconds(profile.updated),
        method: profile.method,
        method_detail: '',
        custom_method_detail: profile.customMethodDetail,
        double_optin: profile.consent === 'SUBSCRIBED' ? false : null,
        suppression: profile.suppressions.map(({ reason, timestamp }) => ({
          reason,
          timestamp: toMicroseconds(timestamp),
        })),
        list_suppressions: profile.listSuppressions.map(({ listId, reason, timestamp }) => ({
          list_id: listId,
          reason,
          timestamp: toMicroseconds(timestamp),
        })),
      },
    },
    sms: {
      marketing: { can_receive_sms_marketing: false, ...never },
      transactional: { can_receive_sms_transactional: false, ...never },
    },
    mobile_push: { marketing: { can_receive_push_marketing: false, ...never } },
  };
}
