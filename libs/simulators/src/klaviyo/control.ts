import { systemClock } from '../http/index.js';
import { changePerson, type PersonChange } from './admin/people.js';
import { accountState, type AccountState, type EventState, eventStates } from './admin/state.js';
import { applyTroubles, type TroubleOptions } from './admin/troubles.js';
import { applyWork } from './effects/apply.js';
import { cancelImport } from './effects/import.js';
import { Credentials } from './gate/credentials.js';
import { RateLimits } from './gate/rate-limits.js';
import { type KlaviyoOptions } from './options.js';
import { type WriteRecord } from './state/account.js';
import { type AuditEntry } from './state/audit.js';
import { linesOf, Restorer } from './state/restore.js';
import { type Violation, World } from './state/world.js';

/** What the admin endpoints offer, in process. Accounts are named by id. */
export class KlaviyoControl {
  protected readonly world: World;
  protected readonly credentials: Credentials;
  protected readonly limits: RateLimits;

  constructor(options: KlaviyoOptions) {
    this.world = new World(options, options.clock ?? systemClock, applyWork);
    this.credentials = new Credentials(this.world);
    this.limits = new RateLimits(this.world.speed, options.limits ?? true);
  }

  accountIds(): string[] {
    return [...this.world.accounts.keys()];
  }

  state(account: string): AccountState {
    return accountState(this.world, this.world.account(account));
  }

  /** In order of recording, from an index on. */
  events(account: string, from = 0, limit = Number.POSITIVE_INFINITY): EventState[] {
    return eventStates(this.world.account(account), from, limit);
  }

  /** Every change of mailability in order, of all or of one address. */
  audit(account: string, email?: string): AuditEntry[] {
    const { entries } = this.world.account(account).audit;
    return email === undefined ? entries : entries.filter((entry) => entry.email === email.toLowerCase());
  }

  /** Requests that wrote and were accepted. */
  writes(account: string): WriteRecord[] {
    return this.world.account(account).writes;
  }

  /** What broke the published contract: paths, parameters, fields, headers. */
  violations(): Violation[] {
    return this.world.violations;
  }

  /** Effects still to come, of all accounts. */
  pending(): number {
    return this.world.timeline.pending().length;
  }

  /** Lets every pending effect happen now. */
  settle(): void {
    this.world.settle();
  }

  trouble(options: TroubleOptions): void {
    applyTroubles(this.world, options);
  }

  /** The id of the person; undefined for a deletion. */
  person(account: string, change: PersonChange): string | undefined {
    return this.durably(() => changePerson(this.world.account(account), change)?.id);
  }

  createList(account: string, name: string, optIn?: 'single_opt_in' | 'double_opt_in'): string {
    return this.durably(() => this.world.account(account).createList(name, optIn).id);
  }

  renameList(account: string, listId: string, name: string): void {
    const list = this.world.account(account).lists.get(listId);
    if (list === undefined) throw new Error(`no list ${listId}`);
    list.name = name;
    list.updated = this.world.clock.now();
    this.durably(() => this.world.account(account).savedList(list));
  }

  deleteList(account: string, listId: string): void {
    const list = this.world.account(account).lists.get(listId);
    if (list === undefined) throw new Error(`no list ${listId}`);
    this.durably(() => this.world.account(account).deleteList(list));
  }

  addKey(account: string, key: string, scopes?: readonly string[]): void {
    this.credentials.addKey(account, key, scopes);
  }

  /** A private key or a token. */
  revoke(secret: string): void {
    this.durably(() => this.credentials.revoke(secret));
  }

  /** False if there is no such import job or it is over. */
  cancelJob(jobId: string): boolean {
    for (const account of this.world.accounts.values()) {
      const job = account.importJobs.get(jobId);
      if (job === undefined || job.status === 'complete' || job.status === 'cancelled') continue;
      this.durably(() => cancelImport(this.world, account, job));
      return true;
    }
    return false;
  }

  setLimits(enabled: boolean): void {
    this.limits.enabled = enabled;
  }

  /** Everything empty again, keys and options as at the start. */
  reset(): void {
    this.world.reset();
    this.limits.clear();
    this.rewriteJournal();
  }

  private durably<T>(act: () => T): T {
    const result = act();
    this.world.journal.flush();
    return result;
  }

  private rewriteJournal(): void {
    const { world, credentials } = this;
    world.journal.begin(
      (function* () {
        yield* linesOf(world);
        yield* credentials.lines();
      })(),
    );
  }

  protected async restore(): Promise<void> {
    const restorer = new Restorer(this.world);
    await this.world.journal.load((line) => {
      const [kind, , ...values] = line;
      if (kind === 'token') this.credentials.restoreToken(...(values as Parameters<Credentials['restoreToken']>));
      else if (kind === 'revoked') this.credentials.revoke(values[0] as string);
      else restorer.line(line);
    });
    restorer.finish();
    this.rewriteJournal();
  }
}
