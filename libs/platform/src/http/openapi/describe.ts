import { ApiExtension } from '@nestjs/swagger';
import { z } from 'zod';

interface Answer {
  readonly description: string;
  /** Absent: an answer without a body that a program reads. */
  readonly schema?: z.ZodType;
  /** `application/json` unless said otherwise. */
  readonly mediaType?: string;
}

interface Operation {
  readonly summary: string;
  readonly description?: string;
  /** What stands in the path, each with a sentence or a schema. */
  readonly params?: Readonly<Record<string, string | z.ZodType>>;
  /** The schema that the route parses its query with, or its like. */
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema that the route parses its body with. */
  readonly body?: z.ZodType;
  /** `application/json` unless said otherwise; pages send forms. */
  readonly bodyType?: string;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** An OpenAPI operation as far as a route says it itself; access and problems are the same everywhere and come with the document. */
export interface DescribedOperation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: Readonly<Record<string, unknown>>;
  readonly responses: Readonly<Record<string, unknown>>;
}

export const describedKey = 'x-described';

/** Tells the document what a route takes and answers, by the very schemas that the code has. */
export function Describe(operation: Operation): MethodDecorator {
  return ApiExtension(describedKey, describedOf(operation));
}

function describedOf(operation: Operation): DescribedOperation {
  const { summary, description, params = {}, headers = {}, answers } = operation;
  return {
    summary,
    ...(description ? { description } : {}),
    parameters: [
      ...Object.entries(params).map(([name, about]) => ({ name, in: 'path', required: true, ...said(about) })),
      ...queriesOf(operation.query),
      ...Object.entries(headers).map(([name, about]) => ({ name, in: 'header', required: false, ...said(about) })),
    ],
    ...(operation.body ? { requestBody: bodyOf(operation.body, operation.bodyType) } : {}),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
  };
}

function said(about: string | z.ZodType): Record<string, unknown> {
  return typeof about === 'string'
    ? { description: about, schema: { type: 'string' } }
    : { schema: jsonSchema(about, 'input') };
}

function queriesOf(query: z.ZodObject | undefined): Record<string, unknown>[] {
  if (!query) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as ObjectSchema;
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly required?: readonly string[];
}

function bodyOf(schema: z.ZodType, type = 'application/json'): Record<string, unknown> {
  return {
    required: !schema.safeParse(undefined).success,
    content: { [type]: { schema: jsonSchema(schema, 'input') } },
  };
}

function answerOf({ description, schema, mediaType }: Answer): Record<string, unknown> {
  if (!schema && !mediaType) return { description };
  const described = schema ? jsonSchema(schema, 'output') : { type: 'string' };
  return { description, content: { [mediaType ?? 'application/json']: { schema: described } } };
}

/** What JSON Schema has no word for (a secret, a checked text) is described by what goes in. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
