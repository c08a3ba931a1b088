import { bodyOf, type Route, type SimAnswer, type SimRequest } from '../../http/index.js';
import { type KlaviyoControl } from '../control.js';
import { type PersonChange } from './people.js';
import { type TroubleOptions } from './troubles.js';

/** The simulator's own methods over HTTP, under `/_admin/`. */
export function klaviyoAdminRoutes(simulator: KlaviyoControl): Route[] {
  const get = (path: string, read: (request: SimRequest) => unknown): Route => ({
    method: 'GET',
    path: `/_admin/${path}`,
    handle: (request) => orMissing(() => ({ status: 200, json: read(request) })),
  });
  const post = (path: string, act: (request: SimRequest) => unknown): Route => ({
    method: 'POST',
    path: `/_admin/${path}`,
    handle: (request) => orMissing(() => ({ status: 200, json: act(request) ?? {} })),
  });
  const id = (request: SimRequest): string => request.params['account'] ?? '';
  return [
    get('accounts', () => simulator.accountIds()),
    get('accounts/{account}/state', (request) => simulator.state(id(request))),
    get('accounts/{account}/events', (request) =>
      simulator.events(
        id(request),
        Number(request.query.get('from') ?? 0),
        Number(request.query.get('limit') ?? 50_000),
      ),
    ),
    get('accounts/{account}/audit', (request) => simulator.audit(id(request), request.query.get('email') ?? undefined)),
    get('accounts/{account}/writes', (request) => simulator.writes(id(request))),
    get('violations', () => simulator.violations()),
    get('pending', () => ({ pending: simulator.pending() })),
    post('accounts/{account}/people', (request) => {
      const body = bodyOf<PersonChange | PersonChange[]>(request);
      return { ids: [body].flat().map((change) => simulator.person(id(request), change)) };
    }),
    post('accounts/{account}/lists', (request) => {
      const { name, optIn } = bodyOf<{ name: string; optIn?: 'single_opt_in' | 'double_opt_in' }>(request);
      return { id: simulator.createList(id(request), name, optIn) };
    }),
    post('accounts/{account}/lists/{list}', (request) => {
      const { name } = bodyOf<{ name: string }>(request);
      simulator.renameList(id(request), request.params['list'] ?? '', name);
      return {};
    }),
    {
      method: 'DELETE',
      path: '/_admin/accounts/{account}/lists/{list}',
      handle: (request) =>
        orMissing(() => {
          simulator.deleteList(id(request), request.params['list'] ?? '');
          return { status: 204 };
        }),
    },
    post('accounts/{account}/keys', (request) => {
      const { key, scopes } = bodyOf<{ key: string; scopes?: string[] }>(request);
      simulator.addKey(id(request), key, scopes);
    }),
    post('revoke', (request) => simulator.revoke(bodyOf<{ key: string }>(request).key)),
    post('jobs/{job}/cancel', (request) => ({ cancelled: simulator.cancelJob(request.params['job'] ?? '') })),
    post('troubles', (request) => simulator.trouble(bodyOf<TroubleOptions>(request))),
    post('limits', (request) => simulator.setLimits(bodyOf<{ enabled: boolean }>(request).enabled)),
    post('settle', () => simulator.settle()),
    post('reset', () => simulator.reset()),
  ];
}

function orMissing(answer: () => SimAnswer): SimAnswer {
  try {
    return answer();
  } catch (error) {
    return { status: 404, json: { error: error instanceof Error ? error.message : String(error) } };
  }
}
