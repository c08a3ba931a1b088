/**
 * Writes libs/simulators/src/klaviyo/generated/ from Klaviyo's published API description.
 *
 *   node tools/contracts/klaviyo-simulator.ts <folder of description files>
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  nullable?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  default?: number;
  minimum?: number;
  maximum?: number;
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  parameters: { name: string; in: string; schema: Schema }[];
  requestBody?: Content;
  responses: Record<string, Content>;
  'x-klaviyo-ratelimit': Record<string, string>;
  'x-klaviyo-scopes': string[];
  'x-klaviyo-filters'?: Record<string, { operators: Record<string, string[]>; value?: Schema }>;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
type Shape = string | Shape[] | { [key: string]: Shape };

const simulated = [
  'GET /api/accounts',
  'GET /api/accounts/{id}',
  'POST /api/data-privacy-deletion-jobs',
  'GET /api/events',
  'POST /api/events',
  'GET /api/events/{id}',
  'POST /api/event-bulk-create-jobs',
  'GET /api/lists',
  'POST /api/lists',
  'GET /api/lists/{id}',
  'PATCH /api/lists/{id}',
  'DELETE /api/lists/{id}',
  'GET /api/lists/{id}/profiles',
  'GET /api/lists/{id}/relationships/profiles',
  'POST /api/lists/{id}/relationships/profiles',
  'DELETE /api/lists/{id}/relationships/profiles',
  'GET /api/metrics',
  'GET /api/metrics/{id}',
  'POST /api/metric-aggregates',
  'GET /api/profiles',
  'POST /api/profiles',
  'GET /api/profiles/{id}',
  'PATCH /api/profiles/{id}',
  'GET /api/profiles/{id}/lists',
  'GET /api/profiles/{id}/relationships/lists',
  'POST /api/profile-import',
  'GET /api/profile-bulk-import-jobs',
  'POST /api/profile-bulk-import-jobs',
  'GET /api/profile-bulk-import-jobs/{job_id}',
  'GET /api/profile-bulk-import-jobs/{id}/import-errors',
  'GET /api/profile-bulk-import-jobs/{id}/profiles',
  'GET /api/profile-bulk-import-jobs/{id}/relationships/profiles',
  'GET /api/profile-bulk-import-jobs/{id}/lists',
  'GET /api/profile-bulk-import-jobs/{id}/relationships/lists',
  'POST /api/profile-subscription-bulk-create-jobs',
  'POST /api/profile-subscription-bulk-delete-jobs',
  'GET /api/profile-suppression-bulk-create-jobs',
  'POST /api/profile-suppression-bulk-create-jobs',
  'GET /api/profile-suppression-bulk-create-jobs/{job_id}',
  'GET /api/profile-suppression-bulk-delete-jobs',
  'POST /api/profile-suppression-bulk-delete-jobs',
  'GET /api/profile-suppression-bulk-delete-jobs/{job_id}',
];

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node tools/contracts/klaviyo-simulator.ts <folder of description files>');
const descriptions = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Description);
const schemas: Record<string, Schema> = Object.assign(
  {},
  ...descriptions.map((each) => each.components.schemas),
) as Record<string, Schema>;
const paths = Object.assign({}, ...descriptions.map((each) => each.paths)) as Description['paths'];

const generated = join(import.meta.dirname, '../../libs/simulators/src/klaviyo/generated');
write(
  'contract.ts',
  'contract',
  'Contract',
  Object.fromEntries(simulated.map((endpoint) => [endpoint, describe(operationOf(endpoint))])),
);
write(
  'answers.ts',
  'answers',
  'Answers',
  Object.fromEntries(simulated.map((endpoint) => [endpoint, answersOf(operationOf(endpoint))])),
);

function write(file: string, name: string, type: string, content: Record<string, object>): void {
  const lines = Object.entries(content).map(
    ([endpoint, value]) => `  ${JSON.stringify(endpoint)}: ${JSON.stringify(value)},`,
  );
  const head = `import { type ${type} } from '../contract/contract.js';\n\n/** Made by tools/contracts/klaviyo-simulator.ts; not edited by hand. */`;
  writeFileSync(join(generated, file), `${head}\nexport const ${name}: ${type} = {\n${lines.join('\n')}\n};\n`);
}

function operationOf(endpoint: string): Operation {
  const [method, path] = endpoint.split(' ') as [string, string];
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${endpoint} is not described`);
  return operation;
}

function describe(operation: Operation): object {
  const body = firstContent(operation.requestBody);
  return {
    scopes: operation['x-klaviyo-scopes'],
    limits: Object.fromEntries(
      Object.entries(operation['x-klaviyo-ratelimit']).map(([name, text]) => [name, Number.parseInt(text, 10)]),
    ),
    query: Object.fromEntries(
      operation.parameters.filter((each) => each.in === 'query').map((each) => [each.name, parameter(each.schema)]),
    ),
    filters: Object.fromEntries(
      Object.entries(operation['x-klaviyo-filters'] ?? {}).map(([field, filter]) => [
        field,
        {
          operators: [...new Set(Object.values(filter.operators).flat())],
          type: filter.value?.format ?? filter.value?.type ?? 'none',
        },
      ]),
    ),
    ...(body === undefined ? {} : { body: shape(body) }),
  };
}

function answersOf(operation: Operation): object {
  return Object.fromEntries(
    Object.entries(operation.responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, content]) => [status, answer(content)]),
  );
}

function answer(content: Content): Shape {
  const schema = firstContent(content);
  return schema === undefined ? 'none' : shape(schema);
}

function firstContent(holder: Content | undefined): Schema | undefined {
  return Object.values(holder?.content ?? {})[0]?.schema;
}

function parameter(schema: Schema): object {
  const values = schema.enum ?? schema.items?.enum;
  return {
    type: schema.type ?? 'string',
    ...(values === undefined ? {} : { values }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
  };
}

/** `string`, `string?` (nullable), `=a|b` (one of), `object` (free keys), `[shape]`, `{key*: shape}` (required), `{'?': ''}` (nullable). */
function shape(schema: Schema): Shape {
  if (schema.$ref !== undefined) return shape(schemas[schema.$ref.split('/').pop() ?? ''] ?? {});
  if (schema.allOf !== undefined) return schema.allOf.map(shape).reduce(merged);
  const nullable = schema.nullable === true ? '?' : '';
  const union = schema.oneOf ?? schema.anyOf;
  if (union !== undefined) return { '|': [...union.map(shape), ...(nullable === '' ? [] : ['null'])] };
  if (schema.enum !== undefined) return `=${schema.enum.join('|')}${nullable}`;
  if (schema.type === 'array') return [shape(schema.items ?? {})];
  if (schema.properties !== undefined && Object.keys(schema.properties).length > 0) {
    const required = new Set(schema.required);
    return {
      ...(nullable === '' ? {} : { '?': '' }),
      ...Object.fromEntries(
        Object.entries(schema.properties).map(([key, value]) => [required.has(key) ? `${key}*` : key, shape(value)]),
      ),
    };
  }
  return `${schema.format ?? schema.type ?? 'any'}${nullable}`;
}

/** Fields of both; a field that both have is required if either says so. */
function merged(one: Shape, other: Shape): Shape {
  if (typeof one === 'string' || typeof other === 'string' || Array.isArray(one) || Array.isArray(other)) return other;
  const result: Record<string, Shape> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const name = key.replace(/\*$/, '');
    const present = [name, `${name}*`].find((each) => result[each] !== undefined);
    if (present === undefined) {
      result[key] = value;
      continue;
    }
    const both = merged(result[present] ?? value, value);
    delete result[present];
    result[present.endsWith('*') ? present : key] = both;
  }
  return result;
}
