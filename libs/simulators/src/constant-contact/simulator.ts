import { type Account, applyChange, type Change, evolve, type EvolveOptions } from '../account/index.js';
import { Dice } from '../account/dice.js';
import {
  adminRoutes,
  type Clock,
  type FaultRule,
  type Route,
  SimServer,
  systemClock,
  type SimRequest,
} from '../http/index.js';
import { AccountView } from './account-view.js';
import { constantContactAdmin } from './admin.js';
import { endpoints } from './endpoints/index.js';
import { notFound, throttled } from './errors.js';
import { pass } from './gate.js';
import { authorize, type AuthorizeDesk, decision } from './oauth/authorize.js';
import { Grants } from './oauth/grants.js';
import { token } from './oauth/token-endpoint.js';
import { type ConstantContactOptions, type Limits, VENDOR_LIMITS } from './options.js';
import { LastPages } from './paging.js';
import { type LimitFigures, RateLimits } from './rate-limits.js';
import { StateStore } from './state-store.js';
import { Statistics } from './statistics.js';
import { type Endpoint, type Vendor } from './vendor.js';
import { type Violation, Violations } from './violations.js';
import { checkRequest } from './contract/request-check.js';

const AUTH_PATH = '/oauth2/default/v1';
const DAY_SECONDS = 86_400;

/** A running Constant Contact. Methods do what the admin endpoints do, for tests in the same process. */
export class ConstantContactSimulator {
  /** Origin of the API, to which callers add `/v3`. */
  url = '';
  /** Base of `/authorize` and `/token`. */
  authUrl = '';
  readonly clock: Clock;
  private readonly server: SimServer;
  private readonly store: StateStore;
  private readonly views = new Map<string, AccountView>();
  private readonly grants: Grants;
  private readonly limits: RateLimits;
  private readonly violated = new Violations();
  private readonly vendor: Vendor;
  private autoConsent: string | undefined;

  constructor(private readonly options: ConstantContactOptions) {
    const seed = options.seed ?? 1;
    const speed = options.speed ?? 1;
    this.clock = options.clock ?? systemClock;
    this.autoConsent = options.autoConsent;
    this.store = new StateStore(options.stateFile);
    const made = (): readonly Account[] =>
      typeof options.accounts === 'function' ? options.accounts() : options.accounts;
    for (const account of this.store.accounts() ?? made()) this.views.set(account.id, new AccountView(account));
    this.store.saveAccounts(this.accounts());
    this.grants = this.openGrants(seed);
    this.limits = new RateLimits(options.limits === false ? undefined : scaled(options.limits ?? {}, speed));
    this.vendor = vendorOf(options, seed, speed);
    this.server = new SimServer({
      clock: this.clock,
      seed,
      routes: this.routes(),
      notFound: (request) => this.unknown(request),
      throttled: () => throttled().answer,
    });
  }

  async listen(): Promise<this> {
    this.url = await this.server.listen(this.options.port, this.options.host);
    this.authUrl = this.url + AUTH_PATH;
    return this;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  accounts(): Account[] {
    return [...this.views.values()].map(({ account }) => account);
  }

  account(id?: string): Account {
    const account = id === undefined ? this.accounts()[0] : this.views.get(id)?.account;
    if (account === undefined) throw new RangeError(`no account ${id}`);
    return account;
  }

  /** Lets random things happen in the account now. */
  evolve(accountId: string, options: Omit<EvolveOptions, 'now'>): Change[] {
    const changes = evolve(this.account(accountId), { ...options, now: this.clock.now() });
    this.store.saveAccounts(this.accounts());
    return changes;
  }

  change(accountId: string, ...changes: Change[]): void {
    for (const change of changes) applyChange(this.account(accountId), change, this.clock.now());
    this.store.saveAccounts(this.accounts());
  }

  violations(): readonly Violation[] {
    return this.violated.all();
  }

  /** Calls and refusals by client id. */
  figures(): Record<string, LimitFigures> {
    return this.limits.figures();
  }

  /** Requests by endpoint. */
  counts(): ReturnType<SimServer['log']['counts']> {
    return this.server.log.counts();
  }

  requests(): ReturnType<SimServer['log']['recent']> {
    return this.server.log.recent();
  }

  fault(rule: FaultRule): number {
    return this.server.faults.add(rule).id;
  }

  clearFaults(): void {
    this.server.faults.clear();
  }

  revoke(clientId: string, accountId: string, what: 'access' | 'refresh' | 'all'): void {
    this.grants.revoke(clientId, accountId, what);
  }

  /** Uses up calls of today. */
  spend(clientId: string, calls: number): void {
    this.limits.spend(clientId, calls, this.clock.now());
  }

  setLimits(enabled: boolean): void {
    this.limits.enabled = enabled;
  }

  setAutoConsent(accountId: string | undefined): void {
    this.autoConsent = accountId;
  }

  /** Forgets counts, violations and faults; accounts and tokens stay. */
  resetCounters(): void {
    this.violated.clear();
    this.limits.reset();
    this.server.faults.clear();
    this.server.log.clear();
  }

  private openGrants(seed: number): Grants {
    const saved = this.store.grants();
    const fresh = { secret: `secret-${seed}`, serial: 0, codes: [], refreshGrants: [], revokedUpTo: {} };
    const state = saved ?? fresh;
    return new Grants(
      state,
      // What a restarted process issues must differ from what it issued before.
      new Dice(seed + 7919 * (state.serial + 1)),
      {
        accessTokenMs: (this.options.accessTokenSeconds ?? DAY_SECONDS) * 1000,
        rotates: (id) => this.options.applications.find(({ clientId }) => clientId === id)?.tokenType !== 'long_lived',
      },
      () => this.store.saveGrants(state),
    );
  }

  private routes(): Route[] {
    const desk = this.desk();
    return [
      ...Object.entries(endpoints).map(([path, endpoint]) => this.route(path, endpoint)),
      { method: 'GET', path: `${AUTH_PATH}/authorize`, handle: (request) => authorize(request, desk) },
      { method: 'POST', path: `${AUTH_PATH}/authorize`, handle: (request) => decision(request, desk) },
      { method: 'POST', path: `${AUTH_PATH}/token`, handle: (request) => this.token(request) },
      ...adminRoutes(() => this.server),
      ...constantContactAdmin(this),
    ];
  }

  private route(path: string, endpoint: Endpoint): Route {
    const handle = (request: SimRequest): ReturnType<Route['handle']> => {
      const now = this.clock.now();
      const { accountId } = pass(request, now, {
        grants: this.grants,
        limits: this.limits,
        violations: this.violated,
        privilegesOf: (id) => this.views.get(id)?.account.privileges ?? [],
      });
      const view = this.views.get(accountId);
      if (view === undefined) throw notFound('account');
      const headers = { 'x-amzn-requestid': request.id, 'x-eig-tracking-id': request.id };
      return { status: 200, headers, json: endpoint({ request, view, vendor: this.vendor, now }) };
    };
    return { method: 'GET', path, handle };
  }

  private desk(): AuthorizeDesk {
    return {
      applications: this.options.applications,
      accounts: () => this.accounts().map(({ id, organizationName }) => ({ id, name: organizationName })),
      autoConsent: () => this.autoConsent,
      authorize: (request) => this.grants.authorize(request, this.clock.now()),
      violations: this.violated,
    };
  }

  private token(request: SimRequest): ReturnType<Route['handle']> {
    return token(request, {
      applications: this.options.applications,
      grants: this.grants,
      violations: this.violated,
      accessTokenSeconds: this.options.accessTokenSeconds ?? DAY_SECONDS,
      takeToken: (clientId) => this.limits.takeToken(clientId, this.clock.now()),
      now: () => this.clock.now(),
    });
  }

  private unknown(request: SimRequest): ReturnType<typeof notFound>['answer'] {
    checkRequest({ ...request, endpoint: `${request.method} ${request.path}` }, this.violated);
    return notFound('resource').answer;
  }
}

export function startConstantContact(options: ConstantContactOptions): Promise<ConstantContactSimulator> {
  return new ConstantContactSimulator(options).listen();
}

function scaled(limits: Partial<Limits>, speed: number): Limits {
  const { perSecond, perDay, tokensPerSecond } = { ...VENDOR_LIMITS, ...limits };
  return { perSecond: perSecond * speed, perDay: perDay * speed, tokensPerSecond: tokensPerSecond * speed };
}

function vendorOf(options: ConstantContactOptions, seed: number, speed: number): Vendor {
  return {
    lastPages: new LastPages(seed),
    statistics: new Statistics((options.statisticsLagMs ?? 300_000) / speed),
    cursorsInclude: options.cursorsInclude ?? true,
    emptyParts: options.emptyParts ?? 'empty',
    statisticsKeys: inTurn(options.statisticsKeys, 'underscored', 'dotted'),
    statisticsErrors: inTurn(options.statisticsErrors, 'listed', 'whole'),
  };
}

/** The one that was chosen, or both alternately. */
function inTurn<T extends string>(chosen: T | 'mixed' = 'mixed', one: T, other: T): () => T {
  let turn = 0;
  return () => {
    if (chosen !== 'mixed') return chosen;
    turn += 1;
    return turn % 2 === 0 ? other : one;
  };
}
