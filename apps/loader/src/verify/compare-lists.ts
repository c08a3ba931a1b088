import { type Finding } from './difference.js';

export interface ComparedList {
  readonly listId: string;
  readonly mapped: boolean;
  readonly klaviyoId: string;
  /** The name that Portage gave it; null for one that it was told to use. */
  readonly givenName: string | null;
  /** Null: it is gone. */
  readonly present: { readonly name: string } | null;
}

/** Lists that exist by the ledger, as Klaviyo has them. */
export function compareLists(lists: readonly ComparedList[]): Finding[] {
  return lists.flatMap(({ listId, mapped, klaviyoId, givenName, present }): Finding[] => {
    const of = { id: listId, detail: klaviyoId };
    if (present === null) return [{ class: 'missing_list', ...of }];
    if (!mapped && givenName !== null && present.name !== givenName) return [{ class: 'renamed_list', ...of }];
    const twins = lists.filter((other) => other.klaviyoId === klaviyoId && !other.mapped);
    return !mapped && twins.length > 1 ? [{ class: 'shared_list', ...of }] : [];
  });
}
