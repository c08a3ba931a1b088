/** The Avro forms that the schemas use. */
export type Schema =
  | string
  | readonly Schema[]
  | { readonly type: 'record'; readonly name: string; readonly doc: string; readonly fields: readonly Field[] }
  | { readonly type: 'enum'; readonly name: string; readonly doc: string; readonly symbols: readonly string[] }
  | { readonly type: 'array'; readonly items: Schema }
  | { readonly type: string; readonly logicalType?: string };

interface Field {
  readonly name: string;
  readonly type: Schema;
  readonly doc: string;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  bytes: 'Buffer',
  int: 'number',
  long: 'number',
  null: 'null',
  string: 'string',
};

const BANNER = '// Generated from schemas/*.avsc by `npm run schemas:generate`; do not edit.\n';

/**
 * TypeScript for the given schemas (subject name -> parsed schema): one interface per record, one union and one
 * array of symbols per enum. A type that several schemas declare alike appears once.
 */
export function renderTypes(schemas: ReadonlyMap<string, Schema>): string {
  const declarations = new Map<string, string>();
  for (const schema of schemas.values()) typeOf(schema, declarations);
  return [BANNER, ...declarations.values()].join('\n');
}

/** The schemas themselves as string constants, so that nothing has to be found on disk at run time. */
export function renderSchemas(schemas: ReadonlyMap<string, Schema>): string {
  const entries = [...schemas].map(
    ([subject, schema]) => `  ${quoted(subject)}:\n    ${quoted(JSON.stringify(schema))},\n`,
  );
  return `${BANNER}\nexport const schemas = {\n${entries.join('')}} as const;\n`;
}

function typeOf(schema: Schema, declarations: Map<string, string>): string {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? schema;
  if (isUnion(schema)) {
    const branches = schema.map((branch) => typeOf(branch, declarations));
    return [...branches.filter((branch) => branch !== 'null'), ...branches.filter((branch) => branch === 'null')].join(
      ' | ',
    );
  }
  if ('items' in schema) {
    const items = typeOf(schema.items, declarations);
    return items.includes('|') ? `readonly (${items})[]` : `readonly ${items}[]`;
  }
  if ('fields' in schema) return declare(schema.name, recordOf(schema, declarations), declarations);
  if ('symbols' in schema) return declare(schema.name, enumOf(schema), declarations);
  return typeOf(schema.type, declarations);
}

function recordOf(schema: Extract<Schema, { fields: unknown }>, declarations: Map<string, string>): string {
  const fields = schema.fields.map(
    (field) => `  ${doc(field.doc)}\n  readonly ${field.name}: ${typeOf(field.type, declarations)};\n`,
  );
  return `${doc(schema.doc)}\nexport interface ${schema.name} {\n${fields.join('')}}\n`;
}

function enumOf(schema: Extract<Schema, { symbols: unknown }>): string {
  const symbols = `${schema.name[0]?.toLowerCase()}${schema.name.slice(1)}Symbols`;
  return (
    `export const ${symbols} = [${schema.symbols.map(quoted).join(', ')}] as const;\n` +
    `${doc(schema.doc)}\nexport type ${schema.name} = (typeof ${symbols})[number];\n`
  );
}

function declare(name: string, declaration: string, declarations: Map<string, string>): string {
  const known = declarations.get(name);
  if (known !== undefined && known !== declaration) throw new Error(`Two schemas declare ${name} differently.`);
  declarations.set(name, declaration);
  return name;
}

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema);
}

function doc(text: string): string {
  return `/** ${text} */`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
