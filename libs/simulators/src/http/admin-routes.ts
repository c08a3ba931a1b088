import { type FaultRule } from './faults.js';
import { type SimRequest } from './message.js';
import { type Route } from './router.js';
import { type SimServer } from './server.js';

/** Faults and requests under `/_admin/`; the server is given late because it is built from its routes. */
export function adminRoutes(server: () => SimServer): Route[] {
  return [
    { method: 'GET', path: '/_admin/health', handle: () => ({ status: 200, json: { status: 'ok' } }) },
    { method: 'GET', path: '/_admin/faults', handle: () => ({ status: 200, json: server().faults.list() }) },
    {
      method: 'POST',
      path: '/_admin/faults',
      handle: (request) => ({ status: 201, json: server().faults.add(bodyOf<FaultRule>(request)) }),
    },
    {
      method: 'DELETE',
      path: '/_admin/faults',
      handle: () => {
        server().faults.clear();
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/_admin/faults/{id}',
      handle: (request) => ({ status: server().faults.remove(Number(request.params['id'])) ? 204 : 404 }),
    },
    {
      method: 'GET',
      path: '/_admin/requests',
      handle: (request) => ({ status: 200, json: server().log.recent(Number(request.query.get('limit') ?? 5000)) }),
    },
    { method: 'GET', path: '/_admin/counts', handle: () => ({ status: 200, json: server().log.counts() }) },
    {
      method: 'DELETE',
      path: '/_admin/counts',
      handle: () => {
        server().log.clear();
        return { status: 204 };
      },
    },
  ];
}

/** The JSON body of an admin request, taken at its word. */
export function bodyOf<T>(request: SimRequest): T {
  return JSON.parse(request.body.length === 0 ? '{}' : request.body.toString()) as T;
}
