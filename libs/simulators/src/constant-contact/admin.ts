import { type Account, type Change, type EvolveOptions } from '../account/index.js';
import { accountToJson } from '../account/account-json.js';
import { bodyOf, type Route, type SimRequest } from '../http/index.js';
import { type LimitFigures } from './rate-limits.js';
import { type Violation } from './violations.js';

/** What the admin endpoints need of the simulator. */
interface AdminDesk {
  accounts(): Account[];
  account(id?: string): Account;
  evolve(accountId: string, options: Omit<EvolveOptions, 'now'>): Change[];
  change(accountId: string, ...changes: Change[]): void;
  violations(): readonly Violation[];
  figures(): Record<string, LimitFigures>;
  revoke(clientId: string, accountId: string, what: 'access' | 'refresh' | 'all'): void;
  spend(clientId: string, calls: number): void;
  setLimits(enabled: boolean): void;
  setAutoConsent(accountId: string | undefined): void;
  resetCounters(): void;
}

/** What tests and the demo may ask and do beside the vendor's own API, in JSON. */
export function constantContactAdmin(simulator: AdminDesk): Route[] {
  const get = (path: string, answer: (request: SimRequest) => unknown): Route => ({
    method: 'GET',
    path: `/_admin/${path}`,
    handle: (request) => ({ status: 200, json: answer(request) }),
  });
  const post = (path: string, act: (request: SimRequest) => unknown): Route => ({
    method: 'POST',
    path: `/_admin/${path}`,
    handle: (request) => ({ status: 200, json: act(request) ?? {} }),
  });
  return [
    get('accounts', () => simulator.accounts().map(({ id, contacts }) => ({ id, contacts: contacts.length }))),
    get('accounts/{id}', ({ params }) => accountToJson(simulator.account(params['id']))),
    post('accounts/{id}/evolve', (request) =>
      simulator.evolve(request.params['id'] ?? '', bodyOf<Omit<EvolveOptions, 'now'>>(request)),
    ),
    post('accounts/{id}/changes', (request) =>
      simulator.change(request.params['id'] ?? '', ...listOf<Change>(request)),
    ),
    post('accounts/{id}/privileges', (request) => {
      simulator.account(request.params['id']).privileges = bodyOf<string[]>(request);
    }),
    get('violations', () => simulator.violations()),
    get('figures', () => simulator.figures()),
    post('revoke', (request) => {
      const asked = bodyOf<{ clientId: string; accountId: string; what: 'access' | 'refresh' | 'all' }>(request);
      simulator.revoke(asked.clientId, asked.accountId, asked.what);
    }),
    post('spend', (request) => {
      const { clientId, calls } = bodyOf<{ clientId: string; calls: number }>(request);
      simulator.spend(clientId, calls);
    }),
    post('limits', (request) => simulator.setLimits(bodyOf<{ enabled: boolean }>(request).enabled)),
    post('consent', (request) => simulator.setAutoConsent(bodyOf<{ account?: string }>(request).account)),
    post('reset', () => simulator.resetCounters()),
  ];
}

function listOf<T>(request: SimRequest): T[] {
  const body = bodyOf<T | T[]>(request);
  return Array.isArray(body) ? body : [body];
}
