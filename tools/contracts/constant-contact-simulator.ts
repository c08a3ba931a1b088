/**
 * Makes the simulator's contract from the vendor's published description (Swagger 2.0):
 *   node tools/contracts/constant-contact-simulator.ts <description.yml>
 * Only names, types and limits are taken over, none of its words.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
}

interface Parameter {
  name: string;
  in: string;
  type?: string;
  required?: boolean;
  enum?: string[];
  items?: { enum?: string[] };
  format?: string;
  collectionFormat?: string;
  maximum?: number;
}

interface Operation {
  parameters?: Parameter[];
  responses: Record<string, { schema?: Schema }>;
  'x-authorization-privileges'?: string[];
  security?: Record<string, string[]>[];
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Schema>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const OUT = new URL('../../libs/simulators/src/constant-contact/generated/', import.meta.url);
const HEADER = '/** Made by tools/contracts/constant-contact-simulator.ts; not edited by hand. */\n';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node tools/contracts/constant-contact-simulator.ts <description.yml>');
  process.exit(2);
}
const description = parse(readFileSync(source, 'utf8')) as Description;

const operations: Record<string, unknown> = {};
const shapes: Record<string, unknown> = {};
for (const [path, item] of Object.entries(description.paths)) {
  for (const method of METHODS) {
    const operation = item[method];
    if (operation === undefined) continue;
    const key = `${method.toUpperCase()} /v3${path}`;
    operations[key] = contractOf(operation);
    const schema = operation.responses['200']?.schema;
    if (method === 'get' && schema !== undefined && !path.startsWith('/partner')) shapes[key] = shapeOf(schema, []);
  }
}
write('contract.ts', "import { type Contract } from '../contract/contract.js';\n", 'contract: Contract', operations);
write('shapes.ts', "import { type Shape } from '../contract/shape.js';\n", 'shapes: Record<string, Shape>', shapes);

function contractOf(operation: Operation): unknown {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(parameterOf);
  const scopes = [...new Set((operation.security ?? []).flatMap((entry) => entry['oauth2_access_code'] ?? []))];
  return { scopes, privileges: operation['x-authorization-privileges'] ?? [], query: Object.fromEntries(query) };
}

function parameterOf(parameter: Parameter): [string, unknown] {
  const values = parameter.enum ?? parameter.items?.enum;
  return [
    parameter.name,
    {
      type: parameter.type,
      ...(parameter.required === true ? { required: true } : {}),
      ...(parameter.format === 'date-time' ? { date: true } : {}),
      ...(parameter.type === 'array' || parameter.collectionFormat !== undefined || parameter.format === 'csv'
        ? { many: true }
        : {}),
      ...(values === undefined ? {} : { values }),
      ...(parameter.maximum === undefined ? {} : { maximum: parameter.maximum }),
    },
  ];
}

function shapeOf(schema: Schema, above: readonly string[]): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    // A description that refers to itself is cut where it starts anew.
    return above.includes(name) ? 'any' : shapeOf(description.definitions[name] ?? {}, [...above, name]);
  }
  if (schema.type === 'array') return [shapeOf(schema.items ?? {}, above)];
  if (schema.properties === undefined) return schema.type ?? 'any';
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [
      schema.required?.includes(name) === true ? `${name}*` : name,
      shapeOf(property, above),
    ]),
  );
}

function write(file: string, imports: string, declaration: string, content: Record<string, unknown>): void {
  const entries = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = entries.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  writeFileSync(new URL(file, OUT), `${imports}\n${HEADER}export const ${declaration} = {\n${lines.join('\n')}\n};\n`);
}
