import { type Account, type Contact } from '@portage/simulators';

/** What a custom field says, by its label: a text, or the labels of the choices. */
export function customFieldValues(account: Account, contact: Contact): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const { fieldId, value, choiceIds } of contact.customFields) {
    const field = account.customFields.find(({ id }) => id === fieldId);
    if (field === undefined) continue;
    const labels = (choiceIds ?? []).map((id) => field.choices.find((choice) => String(choice.id) === id)?.label ?? id);
    if (labels.length > 0) values[field.label] = labels;
    else if (value !== undefined && value !== '') values[field.label] = value;
  }
  return values;
}
