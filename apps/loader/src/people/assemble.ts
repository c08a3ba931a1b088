import { type Queries } from '@portage/persistence';
import { readListBook } from '../lists/list-book.js';
import { wantedLists } from '../lists/wanted-lists.js';
import { completedPasses } from '../marks/completed-passes.js';
import { openGates } from '../marks/gates.js';
import { readOutdated } from '../replays/outdated.js';
import { type Target } from '../targets/target.js';
import { decideInputs, readInputs } from './inputs.js';
import { type ClaimedPerson } from './people.repository.js';
import { type Person } from './person.js';
import { readYielding } from './yielding.js';

/** A person under a claim, with what is only known while the round lasts. */
export interface Held {
  person: Person;
  /** The gates of all connections that know the person are open. */
  readonly gateOpen: boolean;
  /** The passes that published the person's contacts are read to their end. */
  readonly observed: boolean;
  /** What a replay brought is too old to subscribe anybody. */
  readonly stale: boolean;
  /** The source speaks of an opt-out of this person, so a suppression record may wait for it. */
  readonly hasEntries: boolean;
}

/** Brings together what the ledger knows of the people claimed. */
export async function assemble(
  queries: Queries,
  target: Target,
  claimed: readonly ClaimedPerson[],
  now: number,
): Promise<Held[]> {
  const emails = claimed.map(({ email }) => email);
  const inputsOf = await readInputs(queries, target.id, emails);
  const book = await readListBook(queries, target.id);
  const open = await openGates(queries);
  const isComplete = await completedPasses(queries);
  const connection = (id: string) => target.connection(id);
  const outdated = await readOutdated(
    queries,
    target.id,
    emails.flatMap((email) => inputsOf(email).contacts),
    now,
  );
  const left = claimed.filter(({ email, state }) => inputsOf(email).left && state.profile !== null);
  const yielding = await readYielding(
    queries,
    target,
    left.map(({ email }) => email),
    isComplete,
    now,
  );
  return claimed.map(({ email, inputs, connections, state, asWritten }): Held => {
    const given = inputsOf(email);
    const working = connections.filter((id) => connection(id)?.working);
    return {
      gateOpen: working.length > 0 && working.every((id) => open.has(id)),
      observed: given.contacts.every(
        ({ contact, connectionId }) => !connection(connectionId)?.working || isComplete(contact.meta),
      ),
      stale: given.contacts.some(({ key }) => outdated.has(key)),
      hasEntries: given.entries.length > 0,
      person: {
        email,
        inputs,
        contacts: given.contacts,
        decision: decideInputs(given, connection, state.profile !== null, now),
        lists: wantedLists(given.contacts, connection, book),
        state,
        seen: null,
        formerAddresses: given.formerAddresses.filter((address) => address !== email),
        formers: undefined,
        yielding: yielding.has(email),
        mapped: (asWritten ? state.profile : null) ?? undefined,
      },
    };
  });
}
