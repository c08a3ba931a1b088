import { type Clock, Random, Timeline } from '../../http/index.js';
import { type Delay, type Delays, type KlaviyoOptions, resolveDelays } from '../options.js';
import { type Work } from '../effects/work.js';
import { Account } from './account.js';
import { Journal } from './journal.js';

export interface Violation {
  at: number;
  request: string;
  account?: string;
  endpoint: string;
  problem: string;
}

/** What a test asked the next requests to go through. */
export interface Troubles {
  /** Rows with these addresses fail in the job, though the request was accepted. */
  failEmails: Set<string>;
  /** Share of rows that fail so, 0 to 1. */
  failShare: number;
  /** Jobs to cancel half way. */
  cancelNext: number;
  /** Answers that carry an empty job id. */
  emptyIdNext: number;
  /** True: a bad phone beside a good e-mail is dropped from subscriptions, told by a header, instead of a 400. */
  partialFailures: boolean;
  /** How an import into a list that does not exist is refused: with a pointer to the list, as not found, or without a pointer. */
  goneList: 'pointer' | 'not_found' | 'silent';
  /** True: an event that is recorded already refuses its request, as one that is twice in a request does. */
  refuseRepeatedEvents: boolean;
}

interface Scheduled {
  id: number;
  work: Work;
}

/** The accounts, the work that is still to take effect, and what was seen of the contract being broken. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly violations: Violation[] = [];
  readonly troubles: Troubles = noTroubles();
  readonly journal: Journal;
  readonly random: Random;
  readonly timeline: Timeline<Scheduled>;
  delays: Delays;
  readonly speed: number;
  private lastWork = 0;

  constructor(
    readonly options: KlaviyoOptions,
    readonly clock: Clock,
    apply: (world: World, work: Work) => void,
  ) {
    this.speed = options.speed ?? 1;
    this.random = new Random(options.seed ?? 1);
    this.delays = resolveDelays(options.delays);
    this.journal = new Journal(options.stateFile);
    this.timeline = new Timeline(
      clock,
      ({ id, work }) => {
        apply(this, work);
        this.journal.line('done', '', id);
      },
      () => this.journal.flush(),
    );
    this.reset();
  }

  reset(): void {
    this.timeline.clear();
    this.accounts.clear();
    this.violations.length = 0;
    Object.assign(this.troubles, noTroubles());
    const context = { clock: this.clock, random: this.random, recorder: this.journal };
    for (const option of this.options.accounts) this.accounts.set(option.id, new Account(option, context));
  }

  account(id: string): Account {
    const account = this.accounts.get(id);
    if (account === undefined) throw new Error(`the simulator has no account ${id}`);
    return account;
  }

  delay([shortest, longest]: Delay): number {
    return this.random.between(shortest, longest) / this.speed;
  }

  /** The order in which works take effect is that of their delays, not that of their requests. */
  schedule(delay: Delay, work: Work): void {
    const at = Math.round(this.clock.now() + this.delay(delay));
    this.restoreWork(++this.lastWork, at, work);
    this.journal.line('due', '', this.lastWork, at, work);
  }

  restoreWork(id: number, at: number, work: Work): void {
    this.lastWork = Math.max(this.lastWork, id);
    this.timeline.schedule(at, { id, work });
  }

  /** Applies what is due and makes it durable. */
  tick(): void {
    this.timeline.runDue();
    this.journal.flush();
  }

  /** Applies everything pending now, in its order, whatever the time. */
  settle(): void {
    for (let pending = this.timeline.pending(); pending.length > 0; pending = this.timeline.pending()) {
      this.timeline.runUntil(Number.POSITIVE_INFINITY);
    }
    this.journal.flush();
  }

  violate(violation: Violation): void {
    if (this.violations.length < 10_000) this.violations.push(violation);
  }
}

function noTroubles(): Troubles {
  return {
    failEmails: new Set(),
    failShare: 0,
    cancelNext: 0,
    emptyIdNext: 0,
    partialFailures: false,
    goneList: 'pointer',
    refuseRepeatedEvents: false,
  };
}
