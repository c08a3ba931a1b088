import { type CustomField } from '../../account/index.js';
import { notFound } from '../errors.js';
import { type Endpoint } from '../vendor.js';
import { day, moment } from '../wire/moments.js';
import { keyedPage } from './keyed-page.js';

export const customFields: Endpoint = (call) => {
  const { shown, links } = keyedPage(call, () => call.view.account.customFields, {
    idOf: ({ id }: CustomField) => id,
    fallback: 50,
    maximum: 100,
  });
  return { custom_fields: shown.map(customFieldJson), ...links };
};

export const oneCustomField: Endpoint = ({ view: { account }, request }) => {
  const field = account.customFields.find(({ id }) => id === request.params['custom_field_id']);
  if (field === undefined) throw notFound('custom field');
  return customFieldJson(field);
};

function customFieldJson(field: CustomField): Record<string, unknown> {
  const created = moment(field.createdAt);
  return {
    custom_field_id: field.id,
    label: field.label,
    // Derived from the label and, unlike the published example, in lower case.
    name: field.label.toLowerCase().replace(/\W+/g, '_'),
    type: field.type,
    ...(field.type === 'date' ? { version: 1 } : { version: 2 }),
    ...(field.type === 'currency' ? { metadata: { currency_code: 'USD', decimal_places: 2 } } : {}),
    ...(field.type === 'number' ? { metadata: { allow_negative: true, integer: true } } : {}),
    ...(field.choices.length === 0
      ? {}
      : {
          choices: field.choices.map(({ id, label, deletedAt }, position) => ({
            choice_id: id,
            choice_label: label,
            display_order: position + 1,
            ...(deletedAt === undefined ? {} : { deleted_at: day(deletedAt) }),
          })),
        }),
    created_at: created,
    updated_at: created,
  };
}
