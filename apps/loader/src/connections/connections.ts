import { type AuthClient } from './auth-client.js';
import { type Connection } from './connection.js';

/** The connections as last read from the auth service. */
export class Connections {
  #byId: ReadonlyMap<string, Connection> | undefined;
  #text: string | undefined;
  #reading: Promise<void> | undefined;
  readonly #listeners: ((connections: readonly Connection[]) => void)[] = [];

  constructor(private readonly auth: Pick<AuthClient, 'connections'>) {}

  /** Called after every change, and at once when the connections are known already. */
  onChange(listener: (connections: readonly Connection[]) => void): void {
    this.#listeners.push(listener);
    if (this.#byId) listener([...this.#byId.values()]);
  }

  get known(): boolean {
    return this.#byId !== undefined;
  }

  all(): readonly Connection[] {
    return [...(this.#byId?.values() ?? [])];
  }

  get(id: string): Connection | undefined {
    return this.#byId?.get(id);
  }

  /** Callers at the same time share one request. */
  async refresh(signal?: AbortSignal): Promise<void> {
    this.#reading ??= this.#read(signal).finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(signal?: AbortSignal): Promise<void> {
    const changed = await this.auth.connections(signal);
    const text = JSON.stringify(changed);
    if (changed === undefined || text === this.#text) return;
    this.#text = text;
    this.#byId = new Map(changed.map((connection) => [connection.id, connection]));
    for (const listener of this.#listeners) listener(changed);
  }

  /** Connections that load into `target`, in a stable order. */
  of(target: string): readonly Connection[] {
    return this.all()
      .filter((connection) => connection.target === target)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
