import { type Clock } from '@portage/platform';
import { type AuthClient } from './auth-client.js';
import { type Connection } from './connection.js';

/** The connections as auth last told them, asked for again when that is too long ago. */
export class ConnectionDirectory {
  #known: readonly Connection[] = [];
  #etag: string | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly auth: AuthClient,
    private readonly refreshMs: number,
    private readonly clock: Clock,
  ) {}

  async all(signal: AbortSignal): Promise<readonly Connection[]> {
    if (this.clock.now() - this.#askedAt >= this.refreshMs) await this.#refresh(signal);
    return this.#known;
  }

  /** Asks auth again when the connection is unknown or not active as known: it may have become so a second ago. */
  async find(connectionId: string, signal: AbortSignal): Promise<Connection | undefined> {
    const found = (await this.all(signal)).find(({ id }) => id === connectionId);
    if (found?.status === 'active') return found;
    await this.#refresh(signal);
    return this.#known.find(({ id }) => id === connectionId);
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const answer = await this.auth.connections(this.#etag, signal);
    this.#askedAt = this.clock.now();
    if (answer === null) return;
    this.#known = answer.connections;
    this.#etag = answer.etag;
  }
}
