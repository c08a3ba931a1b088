import { type List } from '@portage/records';
import { type WireList } from '../wire/definitions.js';
import { deletedAtOf } from './contact.mapper.js';

export type ListContent = Omit<List, 'meta'>;

/** Pure: the vendor's list in Portage's words. A list without a name is called by its id. */
export function listContent(wire: WireList): ListContent {
  return {
    listId: wire.list_id,
    name: wire.name ?? wire.list_id,
    description: wire.description,
    favorite: wire.favorite,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
    deletedAt: deletedAtOf(wire.deleted_at, wire.updated_at ?? wire.created_at),
    membershipCount: wire.membership_count,
  };
}
