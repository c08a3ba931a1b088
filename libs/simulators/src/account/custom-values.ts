import { type CustomFieldValue } from './contact.js';
import { CUSTOM_FIELD_TYPES, type CustomField, type CustomFieldChoice, type CustomFieldType } from './custom-field.js';
import { type Dice } from './dice.js';

const DAY = 86_400_000;

/** Fields of all nine types in turn; more than 50 of them, so that who reads one page only misses some. */
export function customFields(dice: Dice, count: number, createdAt: number): CustomField[] {
  return Array.from({ length: count }, (_, position) => {
    const type = CUSTOM_FIELD_TYPES[position % CUSTOM_FIELD_TYPES.length] as CustomFieldType;
    const label = `${LABELS[type]}${position < CUSTOM_FIELD_TYPES.length ? '' : ` ${Math.floor(position / CUSTOM_FIELD_TYPES.length) + 1}`}`;
    return {
      id: dice.uuid(),
      label,
      type,
      createdAt: createdAt + position * DAY,
      choices: choices(dice, type, createdAt),
    };
  });
}

/** What some contacts say to some fields: mostly the first ones, at most 25. */
export function customValues(dice: Dice, fields: readonly CustomField[]): CustomFieldValue[] {
  const wanted = dice.weighted([
    [0, 4],
    [2, 4],
    [5, 2],
    [25, 0.05],
  ]);
  if (wanted === 0) return [];
  const pool = dice.chance(0.1) ? fields : fields.slice(0, CUSTOM_FIELD_TYPES.length);
  return dice.sample(pool, Math.min(wanted, 25)).map((field) => valueOf(dice, field));
}

export function valueOf(dice: Dice, field: CustomField): CustomFieldValue {
  const fieldId = field.id;
  switch (field.type) {
    case 'string':
      return { fieldId, value: dice.pick(['red', 'blue', 'Grün', 'size "L"', '0042']) };
    case 'text_area':
      return { fieldId, value: dice.pick(['Met at the fair.\nWants a call.', 'long '.repeat(40).trim(), 'ok']) };
    case 'date':
      return { fieldId, value: dice.pick(['2023-04-05', '04/05/2023', '2019-12-31']) };
    case 'datetime':
      return { fieldId, value: `2024-0${dice.integer(1, 9)}-11T08:30:00Z` };
    case 'currency':
      return { fieldId, value: `${dice.integer(1, 900)}.${dice.integer(10, 99)}` };
    case 'number':
      return { fieldId, value: String(dice.integer(-5, 5000)) };
    case 'boolean':
      return { fieldId, value: dice.pick(['true', 'false']) };
    case 'single_select':
      return { fieldId, choiceIds: dice.sample(field.choices, 1).map(({ id }) => String(id)) };
    case 'multi_select':
      return { fieldId, choiceIds: dice.sample(field.choices, dice.integer(1, 3)).map(({ id }) => String(id)) };
  }
}

const LABELS: Record<CustomFieldType, string> = {
  string: 'Favourite colour',
  date: 'Member since',
  datetime: 'Last visit',
  currency: 'Yearly spend',
  text_area: 'Remarks',
  number: 'Points',
  boolean: 'Wants catalogue',
  single_select: 'Region',
  multi_select: 'Interests',
};

function choices(dice: Dice, type: CustomFieldType, createdAt: number): CustomFieldChoice[] {
  if (type !== 'single_select' && type !== 'multi_select') return [];
  const labels =
    type === 'single_select' ? ['North', 'South', 'East', 'West'] : ['Books', 'Garden', 'Music', 'Food, wine'];
  return labels.map((label, position) => ({
    id: type === 'single_select' ? position + 1 : dice.hex(),
    label,
    ...(position === 3 ? { deletedAt: createdAt + 30 * DAY } : {}),
  }));
}
