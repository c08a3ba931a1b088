import { type Budget } from '@portage/http';
import { createKlaviyo } from '@portage/klaviyo';
import { type Environment, type Logger } from '@portage/platform';
import { type AuthClient } from '../connections/auth-client.js';
import { accountCountryOf } from '../connections/account-country.js';
import { type Connections } from '../connections/connections.js';
import { klaviyoRequests } from '../metrics.js';
import { Credential } from './credential.js';
import { Target } from './target.js';

export interface TargetsOptions {
  readonly environment: Pick<Environment, 'KLAVIYO_API_URL' | 'KLAVIYO_REVISION' | 'KLAVIYO_LIMIT_SCALE'>;
  readonly auth: AuthClient;
  readonly connections: Connections;
  readonly budget: Budget;
  /** Counts a request for the connection whose credential it used. */
  readonly onCall: (connectionId: string, endpoint: string, calls: number) => void;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The targets of all connections; each has one client, and so one view of its quota, per process. */
export class Targets {
  readonly #targets = new Map<string, Target>();

  constructor(private readonly options: TargetsOptions) {}

  all(): readonly Target[] {
    const ids = new Set(this.options.connections.all().map((connection) => connection.target));
    // A connection whose owner has not consented at Klaviyo yet has none.
    ids.delete('');
    return [...ids].map((id) => this.#get(id));
  }

  /** The target that a connection loads into; undefined for a connection that does not exist. */
  of(connectionId: string): Target | undefined {
    const connection = this.options.connections.get(connectionId);
    return connection && this.#get(connection.target);
  }

  #get(id: string): Target {
    const known = this.#targets.get(id);
    if (known) return known;
    const { environment, auth, connections, budget, onCall, logger, signal } = this.options;
    const payer = () => {
      const members = connections.of(id);
      const working = members.filter((connection) => connection.working);
      return (working.find(({ sourced }) => sourced) ?? working[0] ?? members[0])?.id;
    };
    const credential = new Credential(auth, payer);
    const klaviyo = createKlaviyo({
      baseUrl: environment.KLAVIYO_API_URL,
      revision: environment.KLAVIYO_REVISION,
      accountId: id,
      credential: () => credential.current(),
      refreshCredential: (generation) => credential.after(generation),
      budget,
      limitScale: environment.KLAVIYO_LIMIT_SCALE,
      onCall: (endpoint, calls) => {
        klaviyoRequests.labels(endpoint).inc(calls);
        const connectionId = payer();
        if (connectionId !== undefined) onCall(connectionId, endpoint, calls);
      },
      signal,
    });
    const target = new Target(
      id,
      klaviyo,
      {
        connections: () => connections.of(id),
        accountCountry: (contact) => accountCountryOf(contact, connections),
      },
      credential,
      logger,
    );
    this.#targets.set(id, target);
    return target;
  }
}
