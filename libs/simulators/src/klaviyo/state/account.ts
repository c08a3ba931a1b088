import { type Clock, type Random } from '../../http/index.js';
import { shortId, ulid } from '../jsonapi/ids.js';
import { type AccountOption } from '../options.js';
import { Audit, type Cause } from './audit.js';
import { EventStore, type Metric, type NewEvent } from './event-store.js';
import { type ImportJob, type SuppressionJob } from './jobs.js';
import { type List } from './list.js';
import { type Profile } from './profile.js';
import { ProfileStore } from './profile-store.js';

/** A request that wrote, and whom it was about. */
export interface WriteRecord {
  request: string;
  at: number;
  endpoint: string;
  /** E-mails, or profile ids where the endpoint takes those, or names of lists. */
  rows: string[];
  list?: string;
}

/** Where changes are noted so that they outlive the process. */
export interface Recorder {
  profile(account: Account, profile: Profile): void;
  line(kind: string, account: string, ...values: unknown[]): void;
}

export interface AccountContext {
  clock: Clock;
  random: Random;
  recorder: Recorder;
}

/** Everything one account holds. Whoever changes a profile calls `saved` with the reason, which keeps audit and journal complete. */
export class Account {
  readonly profiles = new ProfileStore();
  readonly lists = new Map<string, List>();
  readonly metrics: Metric[] = [];
  readonly events = new EventStore();
  readonly importJobs = new Map<string, ImportJob>();
  readonly suppressionJobs = new Map<string, SuppressionJob>();
  readonly audit = new Audit();
  readonly writes: WriteRecord[] = [];
  private readonly metricKeys = new Map<string, Metric>();

  constructor(
    readonly option: AccountOption,
    private readonly context: AccountContext,
  ) {}

  get id(): string {
    return this.option.id;
  }

  now(): number {
    return this.context.clock.now();
  }

  newId(): string {
    return ulid(this.now(), this.context.random);
  }

  /** Unsaved: the caller fills it and calls `saved`. */
  createProfile(identity: { email?: string | null; phone?: string | null; externalId?: string | null }): Profile {
    const profile: Profile = {
      seq: this.profiles.nextSeq,
      id: this.newId(),
      email: identity.email?.toLowerCase() ?? null,
      phone: identity.phone ?? null,
      externalId: identity.externalId ?? null,
      texts: {},
      location: {},
      properties: {},
      created: this.now(),
      updated: this.now(),
      lastEvent: null,
      consent: 'NEVER_SUBSCRIBED',
      consentTimestamp: null,
      method: null,
      customMethodDetail: null,
      suppressions: [],
      listSuppressions: [],
    };
    this.profiles.add(profile);
    return profile;
  }

  saved(profile: Profile, cause: Cause): void {
    this.context.recorder.profile(this, profile);
    const entry = this.audit.observe(profile, this.now(), cause);
    if (entry !== undefined) this.context.recorder.line('a', this.id, entry);
  }

  setEmail(profile: Profile, email: string | null, cause: Cause): void {
    const old = profile.email;
    if (old === email) return;
    this.profiles.setEmail(profile, email);
    if (old !== null) this.context.recorder.line('a', this.id, this.audit.vanish(old, profile, this.now(), cause));
  }

  removeProfile(profile: Profile, cause: Cause): void {
    this.profiles.remove(profile);
    this.events.removeOf(profile.seq);
    for (const list of this.lists.values()) list.members.delete(profile.id);
    this.context.recorder.line('p-', this.id, profile.seq, profile.id);
    if (profile.email === null) return;
    this.context.recorder.line('a', this.id, this.audit.vanish(profile.email, profile, this.now(), cause));
  }

  createList(name: string, optIn: List['optIn'] = 'double_opt_in'): List {
    const now = this.now();
    const list: List = {
      id: this.freeShortId((id) => this.lists.has(id)),
      name,
      optIn,
      created: now,
      updated: now,
      members: new Map(),
    };
    this.lists.set(list.id, list);
    this.savedList(list);
    return list;
  }

  savedList(list: List): void {
    const { members: _, ...attributes } = list;
    this.context.recorder.line('l', this.id, attributes);
  }

  deleteList(list: List): void {
    this.lists.delete(list.id);
    this.context.recorder.line('l-', this.id, list.id);
  }

  join(list: List, profile: Profile): void {
    if (list.members.has(profile.id)) return;
    list.members.set(profile.id, this.now());
    list.updated = this.now();
    this.context.recorder.line('m', this.id, list.id, profile.id, this.now());
  }

  leave(list: List, profile: Profile): void {
    if (!list.members.delete(profile.id)) return;
    list.updated = this.now();
    this.context.recorder.line('m-', this.id, list.id, profile.id);
  }

  listsOf(profile: Profile): List[] {
    return [...this.lists.values()].filter((list) => list.members.has(profile.id));
  }

  /** A metric is made by its first event and belongs to what sent it. */
  metricFor(name: string, integration: string): Metric {
    const known = this.metricKeys.get(`${integration}:${name}`);
    if (known !== undefined) return known;
    const metric: Metric = {
      index: this.metrics.length,
      id: this.freeShortId((id) => this.metrics.some((metric) => metric.id === id)),
      name,
      integration,
      created: this.now(),
      carriesValue: false,
    };
    this.restoreMetric(metric);
    this.context.recorder.line('t', this.id, metric);
    return metric;
  }

  restoreMetric(metric: Metric): void {
    this.metrics[metric.index] = metric;
    this.metricKeys.set(`${metric.integration}:${metric.name}`, metric);
  }

  /** False if the same event was there already. */
  addEvent(event: NewEvent): boolean {
    if (this.events.add(event) === undefined) return false;
    this.context.recorder.line('e', this.id, ...eventColumns(event));
    return true;
  }

  savedJob(job: ImportJob | SuppressionJob): void {
    if ('kind' in job) this.suppressionJobs.set(job.id, job);
    else this.importJobs.set(job.id, job);
    this.context.recorder.line('kind' in job ? 's' : 'j', this.id, job);
  }

  /** The job without its rows, which are noted already and may be many. */
  progressed(job: ImportJob): void {
    const { rows: _, ...progress } = job;
    this.context.recorder.line('j+', this.id, progress);
  }

  /** The time of the last event, which moves too often to note the whole profile. */
  sawEvent(profile: Profile, time: number): void {
    profile.lastEvent = time;
    this.context.recorder.line('v', this.id, profile.seq, time);
  }

  wrote(record: WriteRecord): void {
    this.writes.push(record);
    this.context.recorder.line('w', this.id, record);
  }

  /** Chance starts afresh with each process, so a restored account may have the id already. */
  private freeShortId(taken: (id: string) => boolean): string {
    let id: string;
    do id = shortId(this.context.random);
    while (taken(id));
    return id;
  }
}

export function eventColumns(event: NewEvent): unknown[] {
  return [event.profile, event.metric, event.time, event.uniqueId, event.properties, event.value, event.backfill];
}
