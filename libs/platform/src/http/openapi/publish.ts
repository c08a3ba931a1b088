import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ApiDocument } from './api-document.js';
import { describedKey, type DescribedOperation } from './describe.js';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Makes the OpenAPI document of an application and hands it to `/docs` and `/docs-json`. */
export function publishDocument(app: INestApplication, service: string): void {
  app.get(ApiDocument).publish(createDocument(app, service));
}

function createDocument(app: INestApplication, service: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`Portage: ${service}`)
    .setVersion('1')
    .setDescription('Refusals and faults are problem documents (RFC 9457); `code` is stable, `detail` is for people.')
    .addSecurity('admin', bearer('The owner and the command line: PORTAGE_ADMIN_TOKEN.'))
    .addSecurity('service', bearer('One service of Portage to another: PORTAGE_SERVICE_TOKEN.'))
    .build();
  const document = SwaggerModule.createDocument(app, config);
  let hasPages = false;
  for (const item of Object.values(document.paths)) {
    for (const method of methods) {
      const scanned = item[method] as ScannedOperation | undefined;
      if (!scanned) continue;
      hasPages ||= isSecuredBy(scanned, 'session');
      item[method] = operationOf(scanned, scanned[describedKey] ?? undescribed) as never;
    }
  }
  document.components = {
    ...document.components,
    securitySchemes: { ...document.components?.securitySchemes, ...(hasPages ? { session } : {}) },
    schemas: { Problem: problemSchema as never },
  };
  return document;
}

/** What is told of a route that tells nothing of itself; a test of every service looks for it. */
const undescribed: DescribedOperation = { summary: '', parameters: [], responses: {} };

interface ScannedOperation {
  readonly operationId?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly [describedKey]?: DescribedOperation;
}

/** Security is named on every operation, on open ones as none; every refusal is a problem. */
function operationOf(scanned: ScannedOperation, described: DescribedOperation): object {
  const { operationId, security = [] } = scanned;
  const isGuarded = isSecuredBy(scanned, 'admin') || isSecuredBy(scanned, 'service');
  return {
    operationId,
    ...described,
    security,
    responses: {
      ...described.responses,
      ...(isGuarded ? { 401: problem('No valid credential.'), 403: problem('A credential of another scope.') } : {}),
      default: problem('Any other refusal or fault.'),
    },
  };
}

function isSecuredBy({ security = [] }: ScannedOperation, scheme: string): boolean {
  return security.some((required) => scheme in required);
}

const session = {
  type: 'apiKey',
  in: 'cookie',
  name: 'portage_session',
  description: 'The cookie of a session that an admin token opened; for browsers only.',
} as const;

function bearer(description: string) {
  return { type: 'http', scheme: 'bearer', description } as const;
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence for people; absent where it would help only whoever probes.' },
    code: { type: 'string', description: 'Stable, such as `auth.reconnect_required`.' },
  },
} as const;
