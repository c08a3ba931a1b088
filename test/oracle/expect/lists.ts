import { type Account } from '@portage/simulators';
import { type OracleOptions } from '../options.js';

/** Where the members of a source list go: a list of this name that Portage made, or one that the owner chose. */
export type ListTarget =
  { readonly kind: 'made'; readonly name: string } | { readonly kind: 'mapped'; readonly id: string };

/** Lists by source id. Empty ones are made, deleted ones are not; names follow the source; the owner's own lists are never filled. */
export class ExpectedLists {
  readonly targets = new Map<string, ListTarget>();
  private readonly taken: ReadonlySet<string>;

  constructor(private readonly options: OracleOptions) {
    this.taken = new Set(options.before?.lists.map(({ name }) => name) ?? []);
  }

  observe(account: Account): void {
    for (const list of account.lists) {
      if (list.channel !== 'email') continue;
      const mapped = this.options.listMap[list.id];
      if (mapped !== undefined) this.targets.set(list.id, { kind: 'mapped', id: mapped });
      else if (this.options.createLists && (list.deletedAt === undefined || this.targets.has(list.id))) {
        const known = this.targets.get(list.id);
        // A deleted list keeps the name it had when it was last seen alive.
        if (list.deletedAt === undefined || known === undefined) {
          const name = this.taken.has(list.name) ? `${list.name} (Constant Contact)` : list.name;
          this.targets.set(list.id, { kind: 'made', name });
        }
      }
    }
  }

  /** Those of the memberships that lead to a list in Klaviyo. */
  known(memberships: readonly string[]): string[] {
    return memberships.filter((id) => this.targets.has(id));
  }
}
