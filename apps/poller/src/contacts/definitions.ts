import {
  type Definitions,
  endpoints,
  fieldsOf,
  tagsOf,
  unexplainedIds,
  type WireContact,
} from '@portage/constant-contact';
import { type Source } from '../pass/source.js';

/** An account full of ids that nothing explains must not cost two calls a page. */
const READINGS = 5;

/** What the ids on contacts mean, read again when contacts name an id that was not there. */
export class AccountDefinitions {
  /** Ids that reading again did not explain: deleted at the source. */
  readonly #unexplained = new Set<string>();
  #readingsLeft = READINGS;

  private constructor(
    private readonly source: Source,
    private readonly reserve: number,
    private known: Definitions,
  ) {}

  /** @param reserve  share of the day's calls to leave */
  static async read(source: Source, reserve: number): Promise<AccountDefinitions> {
    return new AccountDefinitions(source, reserve, await readDefinitions(source, reserve));
  }

  /** Definitions that explain as much of these contacts as the account still can. */
  async for(contacts: readonly WireContact[]): Promise<Definitions> {
    if (this.#readingsLeft > 0 && this.#newIds(contacts).length > 0) {
      this.#readingsLeft -= 1;
      this.known = await readDefinitions(this.source, this.reserve);
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

async function readDefinitions(source: Source, reserve: number): Promise<Definitions> {
  const fields = new Map();
  for await (const { body } of source.pages(endpoints.customFields(), { reserve }))
    for (const [id, field] of fieldsOf(body)) fields.set(id, field);
  const tags = new Map<string, string>();
  for await (const { body } of source.pages(endpoints.tags(), { reserve }))
    for (const [id, name] of tagsOf(body)) tags.set(id, name);
  return { fields, tags };
}
