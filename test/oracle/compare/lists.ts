import { type KlaviyoAccountState } from '@portage/simulators';
import { type Expected } from '../expect/expected.js';
import { type Difference } from './difference.js';

type Members = ReadonlySet<string>;

/** Lists by name, since the vendor's ids are its own: as many of each name as there must be, with the same members. */
export function compareLists(
  expected: Expected,
  actual: KlaviyoAccountState,
  before?: KlaviyoAccountState,
): Difference[] {
  const ignored = new Set([...expected.people.values()].filter(({ former }) => former).map(({ email }) => email));
  const membersOf = expectedMembers(expected);
  const priorIds = new Set(before?.lists.map(({ id }) => id) ?? []);
  const made = new Map<string, Members[]>();
  const differences: Difference[] = [];
  for (const [sourceId, target] of expected.lists.targets) {
    const members = membersOf.get(sourceId) ?? new Set<string>();
    if (target.kind === 'made') made.set(target.name, [...(made.get(target.name) ?? []), members]);
  }
  const found = new Map<string, Members[]>();
  for (const list of actual.lists) {
    if (priorIds.has(list.id)) continue;
    const members = new Set(list.members.filter((member) => !ignored.has(member)));
    found.set(list.name, [...(found.get(list.name) ?? []), members]);
  }
  for (const name of new Set([...made.keys(), ...found.keys()])) {
    differences.push(...compareNamesakes(name, made.get(name) ?? [], found.get(name) ?? []));
  }
  return [...differences, ...comparePrior(expected, actual, before, membersOf)];
}

function expectedMembers(expected: Expected): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  for (const { email, lists, former } of expected.people.values()) {
    if (former) continue;
    for (const id of lists) members.set(id, (members.get(id) ?? new Set<string>()).add(email));
  }
  return members;
}

function compareNamesakes(name: string, expected: readonly Members[], actual: readonly Members[]): Difference[] {
  if (expected.length !== actual.length) {
    return [{ kind: 'lists of a name', subject: name, expected: expected.length, actual: actual.length }];
  }
  const left = [...actual];
  return expected.flatMap((members) => {
    // The namesake that fits best, so that one wrong member is not reported as a wrong list.
    const fits = left.map((candidate) => missing(members, candidate).length + missing(candidate, members).length);
    const [match = new Set<string>()] = left.splice(fits.indexOf(Math.min(...fits)), 1);
    return [
      ...missing(members, match).map((email) => ({
        kind: 'missing member',
        subject: name,
        expected: email,
        actual: undefined,
      })),
      ...missing(match, members).map((email) => ({
        kind: 'unexpected member',
        subject: name,
        expected: undefined,
        actual: email,
      })),
    ];
  });
}

/** Lists that somebody else made keep their members, and gain some only if they are mapped. */
function comparePrior(
  expected: Expected,
  actual: KlaviyoAccountState,
  before: KlaviyoAccountState | undefined,
  membersOf: Map<string, Set<string>>,
): Difference[] {
  return (before?.lists ?? []).flatMap((prior) => {
    const now = actual.lists.find(({ id }) => id === prior.id);
    if (now === undefined) return [{ kind: 'list gone', subject: prior.name, expected: prior.id, actual: undefined }];
    const people = new Set(actual.profiles.map(({ email }) => email));
    const wanted = new Set(prior.members.map((member) => presentAddress(expected, people, member)));
    for (const [sourceId, target] of expected.lists.targets) {
      if (target.kind === 'mapped' && target.id === prior.id)
        for (const email of membersOf.get(sourceId) ?? []) wanted.add(email);
    }
    return compareNamesakes(prior.name, [wanted], [new Set(now.members)]);
  });
}

/** Memberships go along with a profile that is renamed. */
function presentAddress({ renames }: Expected, people: ReadonlySet<string | null>, member: string): string {
  let address = member;
  for (let to = renames.get(address)?.to; to !== undefined && !people.has(address); to = renames.get(to)?.to)
    address = to;
  return address;
}

function missing(members: Members, from: Members): string[] {
  return [...members].filter((member) => !from.has(member));
}
