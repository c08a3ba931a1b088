import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Injectable } from '@nestjs/common';
import { describeError, isPortageError, type PortageError } from '../errors.js';
import { type Logger } from '../logging.js';
import { LOGGER } from './tokens.js';

/** RFC 9457. `code` is ours where an error of ours stands behind it. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code?: string;
}

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** Every HTTP error leaves as a problem document. Errors outside HTTP are rethrown as they are: flattened, they lose their disposition. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const problem = problemOf(exception);
    if (problem.status >= 500)
      this.logger.error({ err: describeError(exception), status: problem.status }, 'a request failed');
    const reply = host.switchToHttp().getResponse<Reply>();
    const waitMs = isPortageError(exception) ? exception.retryAfterMs : undefined;
    if (waitMs !== undefined) reply.header('retry-after', String(Math.ceil(waitMs / 1000)));
    reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }
}

export function problemOf(exception: unknown): Problem {
  if (exception instanceof HttpException) return problemOfHttp(exception);
  if (isPortageError(exception)) return problemOfPortage(exception);
  const status = statusOfFastify(exception);
  return { type: 'about:blank', title: titles[status] ?? 'Error', status };
}

function problemOfHttp(exception: HttpException): Problem {
  const status = exception.getStatus();
  const title = titles[status] ?? 'Error';
  // 401 and 403 carry no detail: it would help only whoever probes.
  const explained = status !== 401 && status !== 403 && exception.message !== title;
  return { type: 'about:blank', title, status, ...(explained ? { detail: exception.message } : {}) };
}

function problemOfPortage(error: PortageError): Problem {
  const status = statusOfDisposition[error.disposition];
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, detail: error.message, code: error.code };
}

/** Fastify's own errors (a body that is too large or not JSON) carry a client status; everything else is ours. */
function statusOfFastify(exception: unknown): number {
  const status = (exception as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

const statusOfDisposition = {
  retry: 503,
  throttle: 429,
  reauthorize: 409,
  'dead-letter': 422,
  skip: 404,
  halt: 500,
} as const;

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};
