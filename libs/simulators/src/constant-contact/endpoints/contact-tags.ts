import { type Tag } from '../../account/index.js';
import { isLive } from '../../account/contact.js';
import { flagOf } from '../query.js';
import { type Endpoint } from '../vendor.js';
import { moment } from '../wire/moments.js';
import { keyedPage } from './keyed-page.js';

export const contactTags: Endpoint = (call) => {
  const { account } = call.view;
  const { shown, query, links } = keyedPage(call, () => account.tags, {
    idOf: ({ id }: Tag) => id,
    fallback: 50,
    maximum: 500,
  });
  const counted = flagOf(query, 'include_count');
  const holding = (id: string): number =>
    account.contacts.filter((contact) => isLive(contact) && contact.tags.includes(id)).length;
  return {
    tags: shown.map((tag) => ({
      tag_id: tag.id,
      name: tag.name,
      tag_source: tag.source,
      ...(counted ? { contacts_count: holding(tag.id) } : {}),
      created_at: moment(tag.createdAt),
      updated_at: moment(tag.updatedAt),
    })),
    ...links,
  };
};
