import { type KlaviyoPersonState } from '@portage/simulators';
import { type ExpectedPerson } from '../expect/expected.js';
import { type ExpectedProfile } from '../expect/profile.js';
import { type Difference } from './difference.js';
import { sameProperty } from './property.js';

const PHONE = 'Constant Contact Phone';
const FIELDS = ['first_name', 'last_name', 'organization', 'title'] as const;
const LOCATION = ['address1', 'city', 'region', 'zip', 'country'];

/** A vendor's own property, which nobody sent. */
const VENDOR_PROPERTIES = ['company_id'];

/** Fields, location, phone and properties; what stood there before may stay. */
export function compareProfile(
  person: ExpectedPerson,
  profile: ExpectedProfile,
  actual: KlaviyoPersonState,
  { before, isRenamed }: { readonly before: KlaviyoPersonState | undefined; readonly isRenamed: boolean },
): Difference[] {
  const subject = person.email;
  const fields = FIELDS.filter((name) => (profile.fields[name] ?? before?.[name] ?? null) !== actual[name]).map(
    (name) => ({
      kind: `field ${name}`,
      subject,
      expected: profile.fields[name],
      actual: actual[name],
    }),
  );
  return [
    ...fields,
    ...compareLocation(subject, profile, actual, before),
    // A number stays with a profile that stayed behind.
    ...(isRenamed ? comparePhone(person, actual) : []),
    ...compareProperties(subject, profile, actual, before),
  ];
}

function compareLocation(
  subject: string,
  { location = {} }: ExpectedProfile,
  actual: KlaviyoPersonState,
  before: KlaviyoPersonState | undefined,
): Difference[] {
  return LOCATION.filter(
    (name) => (location[name] ?? before?.location[name] ?? null) !== (actual.location[name] ?? null),
  ).map((name) => ({ kind: `location ${name}`, subject, expected: location[name], actual: actual.location[name] }));
}

function comparePhone(person: ExpectedPerson, actual: KlaviyoPersonState): Difference[] {
  const subject = person.email;
  const written = actual.properties[PHONE];
  if (person.phone !== undefined) {
    const wrong = person.phone !== actual.phone || written !== undefined;
    return wrong ? [{ kind: 'phone', subject, expected: person.phone, actual: [actual.phone, written] }] : [];
  }
  const fits =
    person.otherPhones.length === 0
      ? written === undefined
      : typeof written === 'string' && isOneOf(written, person.otherPhones);
  return actual.phone !== null || !fits
    ? [{ kind: 'phone elsewhere', subject, expected: person.otherPhones, actual: [actual.phone, written] }]
    : [];
}

/** As the source spells it, or in E.164: the digits of one must end with those of the other. */
function isOneOf(written: string, phones: readonly string[]): boolean {
  const digits = written.replace(/\D/g, '');
  return phones.some(
    (phone) =>
      phone === written ||
      (digits.length > 6 && digits.includes(phone.replace(/x.*/, '').replace(/\D/g, '').replace(/^0+/, ''))),
  );
}

function compareProperties(
  subject: string,
  { properties }: ExpectedProfile,
  actual: KlaviyoPersonState,
  before: KlaviyoPersonState | undefined,
): Difference[] {
  const wrong = Object.entries(properties)
    .filter(([name, value]) => !sameProperty(value, actual.properties[name]))
    .map(([name, value]) => ({ kind: `property ${name}`, subject, expected: value, actual: actual.properties[name] }));
  const extra = Object.keys(actual.properties)
    .filter((name) => !(name in properties) && name !== PHONE && !VENDOR_PROPERTIES.includes(name))
    .filter((name) => JSON.stringify(before?.properties[name]) !== JSON.stringify(actual.properties[name]))
    .map((name) => ({
      kind: 'extra property',
      subject,
      expected: undefined,
      actual: `${name}: ${JSON.stringify(actual.properties[name])}`,
    }));
  return [...wrong, ...extra];
}
