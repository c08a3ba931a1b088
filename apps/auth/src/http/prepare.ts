import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { type FastifyInstance } from 'fastify';
import { contentSecurityPolicy } from '../pages/page.js';
import { limitFailures } from './failure-limit.js';

/** What every answer of auth has: security headers, no caching, a limit on failures; and cookies for the consent. */
export async function prepareServer(server: FastifyInstance): Promise<void> {
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    // The callback's address carries a code and a state.
    referrerPolicy: { policy: 'no-referrer' },
  });
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    done();
  });
  limitFailures(server);
}
