import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type Account,
  accountFromJson,
  accountToJson,
  type Change,
  type ConstantContactOptions,
  type ConstantContactSimulator,
  generateAccount,
  type KlaviyoOptions,
  type KlaviyoPersonState,
  type KlaviyoSimulator,
  startConstantContact,
  startKlaviyo,
} from '@portage/simulators';
import { type Report } from '../../tools/portage/report.js';
import {
  compare,
  describeDifferences,
  type KlaviyoTruth,
  MailabilityWatch,
  Oracle,
  oracleOptions,
} from '../oracle/index.js';
import { createDatabase, createTopicPrefix, type TestDatabase } from '../servers.js';
import { freePorts, PortageUnderTest } from './portage.js';

export interface MigrationOptions {
  readonly seed: number;
  readonly contacts: number;
  readonly lists?: number;
  readonly campaigns?: number;
  readonly loaders?: number;
  readonly pollers?: number;
  /** Factor on both vendors' limits, divisor of their delays. */
  readonly speed?: number;
  readonly source?: Partial<ConstantContactOptions>;
  readonly target?: Partial<KlaviyoOptions>;
  /** Of the services. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is in Klaviyo before Portage is connected. */
  readonly beforehand?: (vendors: Vendors) => void;
}

interface Vendors {
  readonly source: ConstantContactSimulator;
  readonly target: KlaviyoSimulator;
}

export const clientId = 'e2e-client';
const clientSecret = 'e2e-client-secret';
const privateKey = 'pk_e2e_0000000000000000000000000000000';
export const klaviyoAccount = 'E2E001';
/** Another account, empty; nobody is connected to it unless a test does that. */
export const otherAccount = { id: 'E2E002', privateKey: 'pk_e2e_0000000000000000000000000000002' } as const;

/** A little more than the largest fraction of a second in the simulated source's opt-in dates. */
const FRACTION_MS = 110;

/** A messy account at a simulated Constant Contact, an empty simulated Klaviyo, and Portage as a user runs it between them. */
export class Migration {
  private readonly oracle: Oracle;
  private readonly watch = new MailabilityWatch();

  private constructor(
    readonly portage: PortageUnderTest,
    readonly connectionId: string,
    private readonly vendors: Vendors,
    private readonly database: TestDatabase,
    private readonly before: ReadonlyMap<string, KlaviyoTruth>,
  ) {
    this.oracle = new Oracle(oracleOptions({ connectedAt: Date.now(), before: beforeOf(before).state }));
  }

  get source(): ConstantContactSimulator {
    return this.vendors.source;
  }

  get target(): KlaviyoSimulator {
    return this.vendors.target;
  }

  static async start(options: MigrationOptions): Promise<Migration> {
    const { seed, contacts, lists = 12, campaigns = 10, speed = 60 } = options;
    const ports = await freePorts();
    const account = generateAccount({ seed, contacts, lists, campaigns });
    const redirectUris = [`http://127.0.0.1:${ports.AUTH_PORT}/oauth/callback/constant-contact`];
    const source = await startConstantContact({
      seed,
      speed,
      accounts: [account],
      autoConsent: account.id,
      applications: [{ clientId, clientSecret, redirectUris, tokenType: 'rotating' }],
      ...options.source,
    });
    const accounts = [
      { id: klaviyoAccount, name: 'End to end', keys: [{ key: privateKey }] },
      { id: otherAccount.id, name: 'The other end', keys: [{ key: otherAccount.privateKey }] },
    ];
    const target = await startKlaviyo({ seed, speed, accounts, ...options.target });
    options.beforehand?.({ source, target });
    const before = new Map(accounts.map(({ id }) => [id, truthOf(target, id)]));
    const database = await createDatabase();
    const portage = await PortageUnderTest.start({
      ports,
      speed,
      vendors: { constantContact: source, klaviyo: target },
      databaseUrl: database.url,
      topicPrefix: createTopicPrefix('e2e'),
      loaders: options.loaders ?? 1,
      pollers: options.pollers ?? 1,
      env: options.env ?? {},
    });
    const connectionId = await portage.connect({ clientId, clientSecret, privateKey });
    return new Migration(portage, connectionId, { source, target }, database, before);
  }

  /** One full pass over the account as it stands; what must come of it is computed from a copy. */
  async pass(options: { sweep?: boolean } = {}): Promise<Report> {
    // An opt-in of this very second may bear a fraction that has not passed: it would be of the future for the oracle only.
    await sleep(FRACTION_MS);
    const account = this.account();
    const at = Date.now();
    const report = await this.portage.sync(this.connectionId, options);
    this.oracle.observe({ account, at });
    this.watch.pass(at, this.oracle);
    return report;
  }

  change(...changes: Change[]): void {
    this.source.change(this.source.account().id, ...changes);
  }

  evolve(seed: number, steps: number): Change[] {
    return this.source.evolve(this.source.account().id, { seed, steps });
  }

  /** A connection into another Klaviyo account, whose source nobody authorises. */
  async connectElsewhere(): Promise<string> {
    const created = await this.portage.api('POST', '/connections', {
      name: 'elsewhere',
      constantContact: { clientId, clientSecret },
      klaviyo: { privateKey: otherAccount.privateKey },
      options: { schedule: 'off' },
    });
    return (created as { id: string }).id;
  }

  /** How Klaviyo differs from what it must hold, in words; empty when it does not. Effects still in flight are let happen. */
  differences(account: string = klaviyoAccount): string {
    this.target.settle();
    return describeDifferences(compare(this.oracle, truthOf(this.target, account), beforeOf(this.before, account)), 5);
  }

  /** Everybody whom Klaviyo knows. */
  profiles(): readonly KlaviyoPersonState[] {
    return this.target.state(klaviyoAccount).profiles;
  }

  /** Moments at which somebody became mailable whom the source does not let be. */
  wrongMoments(account: string = klaviyoAccount): unknown[] {
    return this.watch.wrongMoments(this.target.audit(account));
  }

  /** Requests that changed something in Klaviyo, by endpoint, since the given number of them. */
  writesSince(count: number): string[] {
    return this.target
      .writes(klaviyoAccount)
      .slice(count)
      .map(({ endpoint }) => endpoint);
  }

  writeCount(account: string = klaviyoAccount): number {
    return this.target.writes(account).length;
  }

  /** What either vendor found wrong with our requests: unknown paths, parameters or fields. */
  violations(): unknown[] {
    return [...this.source.violations(), ...this.target.violations()];
  }

  /** Share of all requests that either vendor had to refuse for its limits. */
  throttledShare(): number {
    const counts = [...Object.values(this.source.counts()), ...Object.values(this.target.counts())];
    const refused = counts.reduce((sum, { statuses }) => sum + (statuses['429'] ?? 0), 0);
    return refused / counts.reduce((sum, { requests }) => sum + requests, 0);
  }

  /** As 00:00 UTC does: the day's calls are counted anew, and whoever waited for that is due. */
  async beginDay(): Promise<void> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    await client.query('DELETE FROM budget.days');
    await client.query('UPDATE sync.runs SET resume_at = now() WHERE resume_at IS NOT NULL');
    await client.end();
  }

  async stop(): Promise<number | null> {
    const code = await this.portage.stop();
    await Promise.all([this.source.stop(), this.target.stop()]);
    await this.database.drop();
    return code;
  }

  private account(): Account {
    return accountFromJson(JSON.parse(JSON.stringify(accountToJson(this.source.account()))));
  }
}

function beforeOf(before: ReadonlyMap<string, KlaviyoTruth>, account: string = klaviyoAccount): KlaviyoTruth {
  const truth = before.get(account);
  if (!truth) throw new Error(`nothing is known of account ${account}`);
  return truth;
}

function truthOf(target: KlaviyoSimulator, account: string): KlaviyoTruth {
  return { state: target.state(account), events: target.events(account) };
}
