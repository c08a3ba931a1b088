import { type KlaviyoAccountState, type KlaviyoPersonState } from '@portage/simulators';
import { type Expected, type ExpectedPerson } from '../expect/expected.js';
import { type Difference } from './difference.js';
import { compareProfile } from './profile.js';

/** People, their consent and what their profiles show. */
export function comparePeople(
  expected: Expected,
  actual: KlaviyoAccountState,
  before?: KlaviyoAccountState,
): Difference[] {
  const actuals = byEmail(actual);
  const befores = before === undefined ? new Map<string, KlaviyoPersonState>() : byEmail(before);
  const origins = new Map([...expected.renames].map(([from, { to }]) => [to, from]));
  const known = [...expected.people.values()].flatMap((person) => {
    const origin = origins.get(person.email) ?? '';
    const before = befores.get(person.email) ?? befores.get(origin);
    const isHere = actuals.has(origin);
    return comparePerson(expected, person, actuals.get(person.email), { before, isRenamed: !isHere });
  });
  return [...known, ...unexpected(expected, actual)];
}

interface Past {
  readonly before: KlaviyoPersonState | undefined;
  /** No profile stayed behind at the address that the person may have come from. */
  readonly isRenamed: boolean;
}

function comparePerson(
  expected: Expected,
  person: ExpectedPerson,
  actual: KlaviyoPersonState | undefined,
  past: Past,
): Difference[] {
  const { email, state } = person;
  if (person.former) return compareLeft(expected, email, actual);
  if (!state.exists) {
    return actual === undefined
      ? []
      : [{ kind: 'unexpected person', subject: email, expected: undefined, actual: actual.consent }];
  }
  if (actual === undefined)
    return [{ kind: 'missing person', subject: email, expected: state.consent, actual: undefined }];
  return [
    ...(person.uncertain === undefined ? compareConsent(person, actual) : []),
    ...(person.profile === undefined || person.shared ? [] : compareProfile(person, person.profile, actual, past)),
  ];
}

/** An address that was left: never mailed, and nobody's at all where its profile went along. */
function compareLeft(
  { renames, rowAddresses }: Expected,
  subject: string,
  actual: KlaviyoPersonState | undefined,
): Difference[] {
  if (actual === undefined) return [];
  if (actual.mailable) return [{ kind: 'left address mailable', subject, expected: false, actual: true }];
  const rename = renames.get(subject);
  if (rename?.certain !== true || rowAddresses.has(subject)) return [];
  return [{ kind: 'not renamed', subject, expected: rename.to, actual: actual.id }];
}

function compareConsent({ email, state }: ExpectedPerson, actual: KlaviyoPersonState): Difference[] {
  const consented = actual.consentTimestamp === null ? undefined : Date.parse(actual.consentTimestamp);
  const checks: [string, unknown, unknown][] = [
    ['consent', state.consent, actual.consent],
    ['suppressed', state.suppressed, actual.suppressions.length > 0],
    ['mailable', state.mailable, actual.mailable],
  ];
  if (state.consentedAt !== undefined && actual.consent === 'SUBSCRIBED') {
    checks.push(['consented at', state.consentedAt, consented]);
  }
  return checks
    .filter(([, one, other]) => one !== other)
    .map(([kind, one, other]) => ({ kind, subject: email, expected: one, actual: other }));
}

/** Nobody else may be there, but opted out under an address that mail once went to. */
function unexpected(expected: Expected, actual: KlaviyoAccountState): Difference[] {
  return actual.profiles
    .filter(({ email, mailable }) => {
      if (email !== null && expected.people.has(email)) return false;
      return email === null || mailable || !expected.rowAddresses.has(email);
    })
    .map(({ email, id, consent }) => ({
      kind: 'unexpected person',
      subject: email ?? id,
      expected: undefined,
      actual: consent,
    }));
}

function byEmail({ profiles }: KlaviyoAccountState): Map<string, KlaviyoPersonState> {
  return new Map(profiles.flatMap((one) => (one.email === null ? [] : [[one.email, one]])));
}
