import { openFacade, type Facade, serviceNames, tokens } from './services.js';

interface Operation {
  readonly summary: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
}

type Caller = keyof typeof tokens | 'nobody' | 'a stranger';
const callers: readonly Caller[] = ['admin', 'service', 'nobody', 'a stranger'];

/** Opened when this file is loaded, because the tests are made from what the documents say. */
const services = await Promise.all(
  serviceNames.map(async (name) => {
    const facade = await openFacade(name);
    const answer = await facade.app.inject({ method: 'GET', url: '/docs-json' });
    return { name, facade, document: answer.json<Document>() };
  }),
);

afterAll(async () => {
  await Promise.all(services.map(({ facade }) => facade.app.close()));
});

describe.each(services)('the document of $name', ({ facade, document }) => {
  const operations = operationsOf(document);

  it('has every route that the service answers to, and no other', () => {
    const documented = operations.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(documented.sort()).toEqual([...facade.routes].sort());
  });

  it('names the schemes of security and is of OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes).toMatchObject({
      admin: { scheme: 'bearer' },
      service: { scheme: 'bearer' },
    });
  });

  it('resolves every reference', () => {
    for (const [, path] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = (path ?? '')
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
      expect(found).toBeDefined();
    }
  });

  it('can be read as a page', async () => {
    const { statusCode, headers, body } = await facade.app.inject({ method: 'GET', url: '/docs' });
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-type']).toContain('text/html');
    for (const { path } of operations) expect(body).toContain(path);
  });

  it.each(operations)('tells of $method $path', ({ path, operation }) => {
    expect(operation.summary).toMatch(/\.$/);
    expect(operation.security).toEqual(expect.any(Array));
    expect(Object.keys(operation.responses).filter((status) => /^[23]/.test(status))).not.toEqual([]);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(described).toEqual(inPath);
  });

  describe.each(operations)('$method $path', (route) => {
    it.each(callers)('as %s', async (caller) => {
      expect(await verdictOf(facade, route, caller)).toBe(expectedOf(route.operation, caller));
    });
  });
});

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function operationsOf({ paths }: Document): Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

type Verdict = 'served' | 'unauthorised' | 'forbidden' | 'sent to the sign-in';

/** What the document says should happen. */
function expectedOf({ security }: Operation, caller: Caller): Verdict {
  const schemes = security.flatMap((required) => Object.keys(required));
  if (schemes.length === 0) return 'served';
  if (schemes.includes('session')) return 'sent to the sign-in';
  if (schemes.includes(caller)) return 'served';
  return caller === 'admin' || caller === 'service' ? 'forbidden' : 'unauthorised';
}

/** What happens. Behind the door nothing works, so that whoever is let in meets an error of another kind. */
async function verdictOf({ app }: Facade, { method, path, operation }: Route, caller: Caller): Promise<Verdict> {
  const token = { ...tokens, nobody: undefined, 'a stranger': `${tokens.admin}x` }[caller];
  const { statusCode, headers, body } = await app.inject({
    method: method as 'GET',
    url: path.replace(/\{\w+\}/g, 'klaviyo'),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    // Every refusal counts against the address it comes from.
    remoteAddress: `10.0.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
  });
  const isPage = operation.security.some((required) => 'session' in required);
  if (isPage) return statusCode === 401 || headers.location === '/pages/sign-in' ? 'sent to the sign-in' : 'served';
  if (statusCode === 403) return 'forbidden';
  if (statusCode !== 401 || path === '/pages/session') return 'served';
  // 401 and 403 tell nothing but that.
  expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  return 'unauthorised';
}
