import { type FastifyInstance } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Counter } from 'prom-client';
import { metricsRegistry } from '@portage/platform';

const failures = new Counter({
  name: 'portage_auth_access_failures_total',
  help: 'Requests with a wrong credential, link or state, by what they were answered.',
  labelNames: ['status'],
  registers: [metricsRegistry],
});

const perMinute = 30;

/**
 * After 30 refusals in a minute an address gets 429 instead of 401 or 403. Right credentials still pass: services and attackers can
 * share an address behind a proxy, and tokens of 32 characters are not found by trying.
 */
export function limitFailures(server: FastifyInstance): void {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  server.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 401 && reply.statusCode !== 403) return payload;
    const waitMs = await limiter.consume(request.ip).then(
      () => 0,
      (rejection: unknown) => (rejection instanceof RateLimiterRes ? rejection.msBeforeNext : 0),
    );
    failures.inc({ status: waitMs > 0 ? 429 : reply.statusCode });
    if (waitMs === 0) return payload;
    const body = JSON.stringify({ type: 'about:blank', title: 'Too Many Requests', status: 429 });
    void reply
      .code(429)
      .header('retry-after', String(Math.ceil(waitMs / 1000)))
      .header('content-type', 'application/problem+json')
      .header('content-length', Buffer.byteLength(body));
    return body;
  });
}
