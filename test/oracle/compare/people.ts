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
  const known = [...expected.people.values()].flatMap((person) =>
    comparePerson(person, actuals.get(person.email), befores.get(person.email)),
  );
  return [...known, ...unexpected(expected, actual)];
}

function comparePerson(
  person: ExpectedPerson,
  actual: KlaviyoPersonState | undefined,
  before: KlaviyoPersonState | undefined,
): Difference[] {
  const { email, state } = person;
  if (person.former)
    return actual?.mailable === true
      ? [{ kind: 'left address mailable', subject: email, expected: false, actual: true }]
      : [];
  if (!state.exists) {
    return actual === undefined
      ? []
      : [{ kind: 'unexpected person', subject: email, expected: undefined, actual: actual.consent }];
  }
  if (actual === undefined)
    return [{ kind: 'missing person', subject: email, expected: state.consent, actual: undefined }];
  return [
    ...(person.uncertain === undefined ? compareConsent(person, actual) : []),
    ...(person.profile === undefined || person.shared ? [] : compareProfile(person, person.profile, actual, before)),
  ];
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
