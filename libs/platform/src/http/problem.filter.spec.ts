import { type ArgumentsHost, ForbiddenException, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { type Disposition, PortageError } from '../errors.js';
import { createLogger } from '../logging.js';
import { ProblemFilter, problemOf } from './problem.filter.js';

const portage = (disposition: Disposition, retryAfterMs?: number) =>
  new PortageError({ code: 'x.y', disposition, message: 'plain words', ...(retryAfterMs ? { retryAfterMs } : {}) });

describe('problemOf', () => {
  it.each([
    ['retry', 503],
    ['throttle', 429],
    ['reauthorize', 409],
    ['dead-letter', 422],
    ['skip', 404],
    ['halt', 500],
  ] as const)('tells a %s as %i with code and words', (disposition, status) => {
    expect(problemOf(portage(disposition))).toMatchObject({
      type: 'about:blank',
      status,
      code: 'x.y',
      detail: 'plain words',
    });
  });

  it('gives no detail to whoever has no access', () => {
    expect(problemOf(new UnauthorizedException('the token is 3 characters short'))).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
    });
    expect(problemOf(new ForbiddenException('needs admin'))).not.toHaveProperty('detail');
  });

  it('repeats nothing of an unexpected error', () => {
    const problem = problemOf(new Error('select * from people where email = someone@example.org'));
    expect(problem).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 });
  });

  it("takes the status of Fastify's client errors", () => {
    expect(problemOf(Object.assign(new Error('x'), { statusCode: 413 }))).toMatchObject({ status: 413 });
    expect(problemOf(Object.assign(new Error('x'), { statusCode: 503 }))).toMatchObject({ status: 500 });
  });
});

describe('ProblemFilter', () => {
  const lines: string[] = [];
  const filter = new ProblemFilter(createLogger('test', 'info', { write: (line: string) => void lines.push(line) }));

  it('answers HTTP as a problem document, with how long to wait', () => {
    const sent: unknown[] = [];
    const reply = {
      status: (code: number) => (sent.push(code), reply),
      header: (name: string, value: string) => (sent.push([name, value]), reply),
      send: (body: unknown) => sent.push(body),
    };
    filter.catch(portage('throttle', 1500), hostOf('http', reply));
    expect(sent).toEqual([
      ['retry-after', '2'],
      429,
      ['content-type', 'application/problem+json'],
      expect.objectContaining({ status: 429 }),
    ]);
  });

  it('logs what is our fault, once, and nothing else', () => {
    lines.length = 0;
    const reply = { status: () => reply, header: () => reply, send: () => undefined };
    filter.catch(new NotFoundException(), hostOf('http', reply));
    expect(lines).toHaveLength(0);
    filter.catch(new Error('x'), hostOf('http', reply));
    expect(lines).toHaveLength(1);
  });

  it('rethrows the original error outside HTTP', () => {
    const error = portage('dead-letter');
    expect(() => filter.catch(error, hostOf('rpc', {}))).toThrow(error);
  });
});

function hostOf(type: string, reply: unknown): ArgumentsHost {
  return { getType: () => type, switchToHttp: () => ({ getResponse: () => reply }) } as unknown as ArgumentsHost;
}
