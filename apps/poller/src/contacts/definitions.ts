import {
  type Definitions,
  endpoints,
  type FieldDefinition,
  fieldsOf,
  type Odd,
  tagsOf,
  unexplainedIds,
  type WireContact,
} from '@portage/constant-contact';
import { oddRows } from '../pages/odd-rows.js';
import { type Pass } from '../pass/pass.js';

/** An account full of ids that nothing explains must not cost two calls a page. */
const READINGS = 5;

/** What the ids on contacts mean, read again when contacts name an id that was not there. */
export class AccountDefinitions {
  /** Ids that reading again did not explain: deleted at the source. */
  readonly #unexplained = new Set<string>();
  #readingsLeft = READINGS;

  private constructor(
    private readonly pass: Pass,
    private readonly reserve: number,
    private known: Definitions,
  ) {}

  /** @param reserve  share of the day's calls to leave */
  static async read(pass: Pass, reserve: number): Promise<AccountDefinitions> {
    return new AccountDefinitions(pass, reserve, await readDefinitions(pass, reserve));
  }

  /** Definitions that explain as much of these contacts as the account still can. */
  async for(contacts: readonly WireContact[]): Promise<Definitions> {
    if (this.#readingsLeft > 0 && this.#newIds(contacts).length > 0) {
      this.#readingsLeft -= 1;
      this.known = await readDefinitions(this.pass, this.reserve);
      for (const id of this.#newIds(contacts)) this.#unexplained.add(id);
    }
    return this.known;
  }

  #newIds(contacts: readonly WireContact[]): string[] {
    return contacts
      .flatMap((contact) => unexplainedIds(contact, this.known))
      .filter((id) => !this.#unexplained.has(id));
  }
}

async function readDefinitions(pass: Pass, reserve: number): Promise<Definitions> {
  const fields = new Map<string, FieldDefinition>();
  for await (const { body, observedAt } of pass.source.pages(endpoints.customFields(), { reserve })) {
    const found = fieldsOf(body);
    for (const [id, field] of found.fields) fields.set(id, field);
    await publishOdds(pass, found.odds, observedAt);
  }
  const tags = new Map<string, string>();
  for await (const { body, observedAt } of pass.source.pages(endpoints.tags(), { reserve })) {
    const found = tagsOf(body);
    for (const [id, name] of found.tags) tags.set(id, name);
    await publishOdds(pass, found.odds, observedAt);
  }
  return { fields, tags };
}

/** What a definition that cannot be used would have said is missing on contacts, so it must not be missing without a word. */
async function publishOdds(pass: Pass, odds: readonly Odd[], observedAt: number): Promise<void> {
  const odd = await oddRows(pass.database, 'contacts', odds, pass.origin(observedAt));
  if (odd.outgoing.length > 0) await pass.publish({ observedAt, ...odd });
}
