export const CUSTOM_FIELD_TYPES = [
  'string',
  'date',
  'datetime',
  'currency',
  'text_area',
  'number',
  'boolean',
  'single_select',
  'multi_select',
] as const;

export type CustomFieldType = (typeof CUSTOM_FIELD_TYPES)[number];

export interface CustomField {
  readonly id: string;
  readonly label: string;
  readonly type: CustomFieldType;
  readonly createdAt: number;
  readonly choices: CustomFieldChoice[];
}

export interface CustomFieldChoice {
  /** The description calls it an integer, its examples are hexadecimal: both occur. */
  readonly id: string | number;
  readonly label: string;
  /** A choice taken away later; contacts that had chosen it still name it. */
  readonly deletedAt?: number;
}
