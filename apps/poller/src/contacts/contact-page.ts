import {
  contactContent,
  type Odd,
  type Parsed,
  rowsOf,
  wireContact,
  type WireContact,
} from '@portage/constant-contact';
import { type Change } from '../pages/change.js';
import { type Effects } from '../pages/page.js';
import { oddRows } from '../pages/odd-rows.js';
import { type Pass } from '../pass/pass.js';
import { contactChanges } from './contact-changes.js';
import { type AccountDefinitions } from './definitions.js';
import { knownPeople } from './known-contacts.js';

/** Publishes what a page of contacts changes, contacts and suppressions together, with the effects that the reader adds. */
export async function publishContacts(
  pass: Pass,
  definitions: AccountDefinitions,
  page: { readonly observedAt: number; readonly body: unknown },
  effects: Effects,
  onDurable?: () => void,
): Promise<void> {
  const rows = rowsOf(page.body, 'contacts', wireContact);
  await publishRows(pass, definitions, { observedAt: page.observedAt, rows }, effects, onDurable);
}

export async function publishRows(
  pass: Pass,
  definitions: AccountDefinitions,
  page: { readonly observedAt: number; readonly rows: readonly Parsed<WireContact>[] },
  effects: Effects,
  onDurable?: () => void,
): Promise<void> {
  const origin = pass.origin(page.observedAt);
  // Shifting pages can hold a contact twice: the later row wins.
  const wires = new Map(page.rows.flatMap((row) => (row.ok ? [[row.value.contact_id, row.value] as const] : [])));
  const explained = await definitions.for([...wires.values()]);
  const contacts = [...wires.values()].map((wire) => contactContent(wire, explained));
  const ids = [...wires.keys()];
  const changes = contactChanges(contacts, await knownPeople(pass.database, pass.connectionId, ids), origin);
  const odd = await oddRows(
    pass.database,
    'contacts',
    page.rows.filter((row): row is Odd => !row.ok),
    origin,
  );
  await pass.publish({
    observedAt: page.observedAt,
    changes,
    ...odd,
    effects: { ...effects, due: changedContacts(changes) },
    onDurable,
  });
}

/** A contact that changed may stand differently towards what its reports say. */
function changedContacts(changes: readonly Change[]): string[] {
  return changes.filter(({ state }) => state.stream === 'contacts').map(({ state }) => state.sourceId);
}
