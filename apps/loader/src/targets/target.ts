import { type Klaviyo } from '@portage/klaviyo';
import { describeError, isPortageError, type Logger } from '@portage/platform';
import { type Contact } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { targetsPaused } from '../metrics.js';
import { type Credential } from './credential.js';

/** What the credential may not do, in words for the owner. */
export interface Refusal {
  /** ISO 8601 in UTC: when it was last met. */
  readonly at: string;
  readonly words: string;
}

/** What is loaded into an account. */
interface Loading {
  connections(): readonly Connection[];
  /** The country of the account that a contact comes from. */
  accountCountry(contact: Contact): string | null;
}

/** One Klaviyo account that connections load into. */
export class Target {
  #pausedUntil = 0;
  #refused = false;
  #failingSince: number | null = null;
  #refusal: Refusal | null = null;

  constructor(
    readonly id: string,
    readonly klaviyo: Klaviyo,
    private readonly loading: Loading,
    private readonly credential: Pick<Credential, 'renewed'>,
    private readonly logger: Logger,
  ) {}

  /** Those that work is done for. */
  connections(): readonly Connection[] {
    return this.loading.connections().filter((connection) => connection.working);
  }

  accountCountry(contact: Contact): string | null {
    return this.loading.accountCountry(contact);
  }

  connection(id: string): Connection | undefined {
    return this.loading.connections().find((connection) => connection.id === id);
  }

  get usable(): boolean {
    return Date.now() >= this.#pausedUntil && this.connections().length > 0;
  }

  /**
   * What a failed call means for the rest of the work: an account that refuses the credential takes nothing for a minute,
   * while the others go on. Said once per episode.
   */
  failed(error: unknown): void {
    if (!isPortageError(error)) throw error;
    if (error.disposition === 'reauthorize' || error.code === 'klaviyo.forbidden') {
      if (!this.#refused) {
        this.logger.error(
          { err: describeError(error), target: this.id },
          'Klaviyo refuses the credential of this account; its work waits and is tried again every minute',
        );
      }
      this.#refused = true;
      if (error.code === 'klaviyo.forbidden') {
        this.#refusal = { at: new Date().toISOString(), words: error.message };
      }
      this.#pause(REFUSED_MS);
    } else if (error.disposition === 'throttle') {
      this.#pause(Math.min(error.retryAfterMs ?? 10_000, 60_000));
    } else if (error.disposition === 'halt') {
      this.logger.error({ err: describeError(error), target: this.id }, 'Klaviyo refused a request as a whole');
      this.#pause(30_000);
    } else if (error.disposition === 'retry') {
      this.logger.warn({ err: describeError(error), target: this.id }, 'a call to Klaviyo failed and will be repeated');
      this.#pause(1000);
    } else if (error.code.startsWith('klaviyo.')) {
      // Nobody has dealt with it where it happened, so the same work meets it again.
      this.logger.error({ err: describeError(error), target: this.id }, 'Klaviyo refused a request; it is made again');
      this.#pause(5000);
    }
  }

  /** Asked from time to time: a new credential ends the wait at once. */
  async reconsider(): Promise<void> {
    if (!this.#refused) return;
    const renewed = await this.credential.renewed().catch(() => false);
    if (!renewed) return;
    this.#pausedUntil = 1;
    this.#refusal = null;
  }

  /**
   * What the owner has to put right, as long as it is met again and again. Reads that succeed in between say nothing against it: a
   * credential can lack one scope and have the others.
   */
  get refusal(): Refusal | null {
    const refusal = this.#refusal;
    return refusal !== null && Date.now() - Date.parse(refusal.at) < REFUSED_MS * 3 ? refusal : null;
  }

  /** A call succeeded: what was refused before is an episode of the past. */
  answered(): void {
    if (this.#pausedUntil === 0) return;
    this.#pausedUntil = 0;
    this.#refused = false;
    this.#failingSince = null;
    targetsPaused.labels(this.id).set(0);
  }

  /** Takes no work for so long that whoever waits for it should not hold up others. */
  get stuck(): boolean {
    return this.#failingSince !== null && Date.now() - this.#failingSince > STUCK_MS;
  }

  #pause(ms: number): void {
    this.#failingSince ??= Date.now();
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + ms);
    targetsPaused.labels(this.id).set(1);
  }
}

const STUCK_MS = 60_000;
/** How long a refused account is left alone. */
const REFUSED_MS = 60_000;
