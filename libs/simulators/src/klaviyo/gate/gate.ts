import { Refusal, type Route, type SimAnswer, type SimRequest } from '../../http/index.js';
import { type Call, type Endpoint } from '../call.js';
import { type Operation } from '../contract/contract.js';
import { problemsOf, type ShapeProblem } from '../contract/shape.js';
import { contract } from '../generated/contract.js';
import { errorAnswer, errorObject, invalid, invalidParameter, refuse } from '../jsonapi/errors.js';
import { revision } from '../options.js';
import { type World } from '../state/world.js';
import { type Credential, type Credentials } from './credentials.js';
import { type RateLimits } from './rate-limits.js';

/** What every call of the API goes through, in the vendor's order: who, which revision, how often, and whether it has the published shape. */
export class Gate {
  constructor(
    private readonly world: World,
    readonly credentials: Credentials,
    readonly limits: RateLimits,
  ) {}

  route(endpoint: Endpoint): Route {
    const [method, path] = endpoint.endpoint.split(' ') as [string, string];
    const operation = contract[endpoint.endpoint];
    if (operation === undefined) throw new Error(`${endpoint.endpoint} is not in the contract`);
    return { method, path, handle: (request) => this.pass(request, endpoint, operation) };
  }

  private pass(request: SimRequest, endpoint: Endpoint, operation: Operation): SimAnswer {
    const credential = this.credentials.of(request);
    request.account = credential.account;
    this.checkRevision(request);
    checkScopes(credential, operation);
    const variant = endpoint.limits?.(request.query);
    const bucket = variant === undefined ? endpoint.endpoint : `${endpoint.endpoint} ${variant.variant}`;
    const headers = this.limits.take(credential.quota, bucket, variant ?? operation.limits, request.at);
    if (isAnswer(headers)) return headers;
    return withHeaders(this.handle(request, endpoint, operation, credential), headers);
  }

  private handle(request: SimRequest, endpoint: Endpoint, operation: Operation, credential: Credential): SimAnswer {
    try {
      this.checkQuery(request, operation);
      const account = this.world.account(credential.account);
      const call: Call = {
        request,
        world: this.world,
        account,
        query: request.query,
        base: `http://${request.headers.host ?? 'localhost'}`,
        body: operation.body === undefined ? undefined : this.readBody(request, endpoint, operation),
        cause: { request: request.id, endpoint: endpoint.endpoint },
        integration: credential.integration,
        rows: [],
      };
      const answer = endpoint.handle(call);
      if (request.method !== 'GET' && endpoint.reads !== true && answer.status < 300) {
        const list = call.list === undefined ? {} : { list: call.list };
        account.wrote({ request: request.id, at: request.at, endpoint: endpoint.endpoint, rows: call.rows, ...list });
      }
      return answer;
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  private checkRevision(request: SimRequest): void {
    const given = request.headers['revision'];
    if (given === revision) return;
    this.violate(request, `revision header is ${String(given)} instead of ${revision}`);
    throw refuse(400, 'invalid', 'A valid revision header is required.', { parameter: 'revision' });
  }

  private checkQuery(request: SimRequest, operation: Operation): void {
    const seen = new Set<string>();
    for (const [name, value] of request.query) {
      const problem = seen.has(name) ? 'is given twice' : queryProblem(operation, name, value);
      seen.add(name);
      if (problem === undefined) continue;
      this.violate(request, `query parameter ${name} ${problem}`);
      throw invalidParameter(`'${name}' ${problem}`, name);
    }
  }

  private readBody(request: SimRequest, endpoint: Endpoint, operation: Operation): unknown {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json' && type !== 'application/vnd.api+json') {
      this.violate(request, `content type is ${String(type)}`);
      throw refuse(415, 'unsupported_media_type', 'The content type must be application/vnd.api+json.');
    }
    if (request.body.length > (endpoint.maximumBytes ?? 5_000_000)) {
      throw refuse(413, 'payload_too_large', 'The request body is too large.');
    }
    let body: unknown;
    try {
      body = JSON.parse(request.body.toString()) as unknown;
    } catch {
      this.violate(request, 'body is not JSON');
      throw invalid('The request body is not valid JSON.', '/');
    }
    const problems = problemsOf(body, operation.body ?? 'any');
    if (problems.length === 0) return body;
    for (const problem of problems.slice(0, 20)) {
      this.violate(request, `${problem.kind} ${withoutIndexes(problem.pointer)}, expected ${problem.expected}`);
    }
    throw new Refusal(errorAnswer(problems.slice(0, 100).map((problem) => shapeError(problem, typeOf(body)))));
  }

  private violate(request: SimRequest, problem: string): void {
    this.world.violate({
      at: request.at,
      request: request.id,
      endpoint: request.endpoint,
      problem,
      ...(request.account === undefined ? {} : { account: request.account }),
    });
  }
}

function checkScopes(credential: Credential, operation: Operation): void {
  const { scopes } = credential;
  if (scopes === undefined) return;
  const missing = operation.scopes.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return;
  throw refuse(403, 'permission_denied', `Your credentials lack the scope ${missing.join(', ')}.`, {
    pointer: '/data/',
  });
}

function queryProblem(operation: Operation, name: string, value: string): string | undefined {
  const rule = operation.query[name];
  if (rule === undefined) return 'is not a valid parameter for this endpoint';
  if (rule.type === 'integer') {
    const number = Number(value);
    if (!/^\d+$/.test(value)) return 'must be a whole number';
    if (number < (rule.minimum ?? 1) || number > (rule.maximum ?? Infinity)) {
      return `must be between ${rule.minimum ?? 1} and ${rule.maximum ?? 'more'}`;
    }
  }
  const { values } = rule;
  if (values === undefined) return undefined;
  const unknown = (rule.type === 'array' ? value.split(',') : [value]).find((each) => !values.includes(each));
  return unknown === undefined ? undefined : `has the invalid value '${unknown}'`;
}

function shapeError(problem: ShapeProblem, type: string): ReturnType<typeof errorObject> {
  const detail = {
    unknown: `'${problem.field}' is not a valid field for the resource '${resourceOf(problem.pointer) ?? type}'.`,
    missing: `The '${problem.field}' field is required.`,
    wrong: `'${problem.field}' must be ${problem.expected}.`,
  }[problem.kind];
  return errorObject(400, 'invalid', detail, { pointer: problem.pointer });
}

/** The resource inside the body that a pointer leads into, such as `profile`; undefined for the body's own. */
function resourceOf(pointer: string): string | undefined {
  const names = pointer.split('/').filter((part) => part !== '' && !/^(data|attributes|\d+)$/.test(part));
  return names.at(-2)?.replace(/s$/, '');
}

function typeOf(body: unknown): string {
  const { data } = (body ?? {}) as { data?: { type?: unknown } };
  return typeof data?.type === 'string' ? data.type : 'resource';
}

function withoutIndexes(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*');
}

function isAnswer(value: SimAnswer | Record<string, string>): value is SimAnswer {
  return typeof value['status'] === 'number';
}

function withHeaders(answer: SimAnswer, headers: Record<string, string>): SimAnswer {
  const type: Record<string, string> = answer.json === undefined ? {} : { 'content-type': 'application/vnd.api+json' };
  return { ...answer, headers: { ...type, ...headers, ...answer.headers } };
}
