/**
 * Writes libs/klaviyo/src/generated/contract.ts from Klaviyo's published API description: the limits and scopes of the endpoints
 * in use, and the shapes of their requests and answers.
 *
 *   node tools/contracts/klaviyo-client.ts <folder of description files>
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  $ref?: string;
  type?: string;
  enum?: string[];
  nullable?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  requestBody?: Content;
  responses: Record<string, Content>;
  'x-klaviyo-ratelimit': Record<string, string>;
  'x-klaviyo-scopes': string[];
}
interface Description {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const endpoints = [
  'GET /api/accounts',
  'GET /api/lists',
  'POST /api/lists',
  'GET /api/lists/{id}',
  'PATCH /api/lists/{id}',
  'GET /api/lists/{id}/relationships/profiles',
  'POST /api/lists/{id}/relationships/profiles',
  'DELETE /api/lists/{id}/relationships/profiles',
  'GET /api/profiles',
  'PATCH /api/profiles/{id}',
  'GET /api/profile-bulk-import-jobs',
  'POST /api/profile-bulk-import-jobs',
  'GET /api/profile-bulk-import-jobs/{job_id}',
  'GET /api/profile-bulk-import-jobs/{id}/import-errors',
  'POST /api/profile-subscription-bulk-create-jobs',
  'POST /api/profile-subscription-bulk-delete-jobs',
  'POST /api/profile-suppression-bulk-create-jobs',
  'GET /api/profile-suppression-bulk-create-jobs/{job_id}',
  'GET /api/events',
  'POST /api/event-bulk-create-jobs',
  'GET /api/metrics',
  'POST /api/metric-aggregates',
];
interface Style {
  /** Parts that nothing reads. */
  readonly without: ReadonlySet<string>;
  readonly array: 'readonly ' | '';
}
const sent: Style = { without: new Set(), array: 'readonly ' };
const received: Style = {
  without: new Set(['included', 'relationships', 'meta', 'predictive_analytics', 'sms', 'mobile_push', 'whatsapp']),
  array: '',
};

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node tools/contracts/klaviyo-client.ts <folder of description files>');
const descriptions = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Description);
const revision = descriptions[0]?.info.version ?? 'unknown';
const schemas = Object.assign({}, ...descriptions.map((each) => each.components.schemas)) as Record<string, Schema>;
const paths = Object.assign({}, ...descriptions.map((each) => each.paths)) as Description['paths'];

const limits = endpoints.map((endpoint) => {
  const { burst, steady } = operationOf(endpoint)['x-klaviyo-ratelimit'];
  return `  '${endpoint}': { burst: ${Number.parseInt(burst ?? '', 10)}, steady: ${Number.parseInt(steady ?? '', 10)} },`;
});
const scopes = endpoints.map((endpoint) => {
  const names = operationOf(endpoint)['x-klaviyo-scopes'].map((name) => `'${name}'`);
  return `  '${endpoint}': [${names.join(', ')}],`;
});
const requests = endpoints.flatMap((endpoint) => entry(endpoint, firstSchema(operationOf(endpoint).requestBody), sent));
const answers = endpoints.flatMap((endpoint) => {
  const success = Object.entries(operationOf(endpoint).responses).find(([status]) => status.startsWith('2'));
  return entry(endpoint, firstSchema(success?.[1]), received);
});

const target = join(import.meta.dirname, '../../libs/klaviyo/src/generated/contract.ts');
writeFileSync(
  target,
  `// Made by tools/contracts/klaviyo-client.ts from the published description; do not edit.

export const describedRevision = '${revision}';

/** Requests per second (burst) and per minute (steady) of each endpoint in use. */
export const publishedLimits = {
${limits.join('\n')}
} as const;

/** What a credential must be allowed, by endpoint. */
export const publishedScopes = {
${scopes.join('\n')}
} as const;

export interface Requests {
${requests.join('\n')}
}

export interface Answers {
${answers.join('\n')}
}
`,
);

function operationOf(endpoint: string): Operation {
  const [method, path] = endpoint.split(' ') as [string, string];
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${endpoint} is not described`);
  return operation;
}

function firstSchema(holder: Content | undefined): Schema | undefined {
  return Object.values(holder?.content ?? {})[0]?.schema;
}

function entry(endpoint: string, schema: Schema | undefined, style: Style): string[] {
  return schema === undefined ? [] : [`  '${endpoint}': ${typeOf(schema, '  ', style)};`];
}

function typeOf(schema: Schema, indent: string, style: Style): string {
  const bare = bareTypeOf(schema, indent, style);
  return schema.nullable === true && bare !== 'unknown' ? `${bare} | null` : bare;
}

function bareTypeOf(schema: Schema, indent: string, style: Style): string {
  if (schema.$ref !== undefined) return typeOf(schemas[schema.$ref.split('/').pop() ?? ''] ?? {}, indent, style);
  if (schema.allOf !== undefined) return schema.allOf.map((each) => typeOf(each, indent, style)).join(' & ');
  const union = schema.oneOf ?? schema.anyOf;
  if (union !== undefined) return `(${union.map((each) => typeOf(each, indent, style)).join(' | ')})`;
  if (schema.enum !== undefined) return wordsOf(schema.enum);
  if (schema.type === 'array') return `${style.array}${parenthesised(typeOf(schema.items ?? {}, indent, style))}[]`;
  if (schema.type === 'object') return objectOf(schema, indent, style);
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'string' || schema.type === 'boolean' ? schema.type : 'unknown';
}

function objectOf(schema: Schema, indent: string, style: Style): string {
  const fields = Object.entries(schema.properties ?? {}).filter(([key]) => !style.without.has(key));
  if (fields.length === 0) return 'Readonly<Record<string, unknown>>';
  const required = new Set(schema.required);
  const inner = `${indent}  `;
  const lines = fields.map(([key, value]) => {
    const name = /^[a-z_$][\w$]*$/i.test(key) ? key : `'${key}'`;
    return `${inner}readonly ${name}${required.has(key) ? '' : '?'}: ${typeOf(value, inner, style)};`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function wordsOf(words: readonly string[]): string {
  return parenthesised(words.map((word) => `'${word.replaceAll("'", "\\'")}'`).join(' | '));
}

function parenthesised(type: string): string {
  return type.includes(' | ') && !type.startsWith('(') && !type.startsWith('{') ? `(${type})` : type;
}
