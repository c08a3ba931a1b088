import { createHash } from 'node:crypto';
import { type Database, type Queries } from '@portage/persistence';
import { Secret } from '@portage/platform';
import { type Provider } from '../credentials/credential.js';
import { type Vault } from '../credentials/vault.js';
import { linkLifeSeconds } from './ticket.js';

export interface Redeemed {
  readonly kind: 'redeemed';
  readonly connectionId: string;
  readonly verifier: Secret;
  /** The consent may be of another account than the one before. */
  readonly forced: boolean;
}

export type Redemption = Redeemed | { readonly kind: 'unknown' | 'used' | 'expired' | 'other_browser' };

/** Consents under way. State and cookie are kept as hashes only, the PKCE verifier sealed. */
export class AuthorizationStore {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async begin(
    queries: Queries,
    consent: {
      state: string;
      cookie: string;
      verifier: string;
      connectionId: string;
      provider: Provider;
      forced: boolean;
    },
  ): Promise<void> {
    const state = hashOf(consent.state);
    await queries.execute(
      `INSERT INTO auth.authorizations (state_hash, connection_id, cookie_hash, verifier, expires_at, provider, forced)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second', $6, $7)`,
      [
        state,
        consent.connectionId,
        hashOf(consent.cookie),
        this.vault.seal(new Secret(consent.verifier), placeOf(state)),
        linkLifeSeconds,
        consent.provider,
        consent.forced,
      ],
    );
  }

  /** Uses a state up, if it is live and its own cookie came with it: one statement, so that of two callbacks one succeeds. */
  async redeem(state: string, cookie: string | undefined, provider: Provider): Promise<Redemption> {
    const hash = hashOf(state);
    const [used] = await this.database.query<{ connection_id: string; verifier: string; forced: boolean }>(
      `UPDATE auth.authorizations SET used_at = now()
       WHERE state_hash = $1 AND cookie_hash = $2 AND provider = $3 AND used_at IS NULL AND expires_at > now()
       RETURNING connection_id, verifier, forced`,
      [hash, hashOf(cookie ?? ''), provider],
    );
    if (used) {
      const verifier = this.vault.open(used.verifier, placeOf(hash));
      return { kind: 'redeemed', connectionId: used.connection_id, verifier, forced: used.forced };
    }
    const [found] = await this.database.query<{ cookie_hash: string; used: boolean }>(
      'SELECT cookie_hash, used_at IS NOT NULL AS used FROM auth.authorizations WHERE state_hash = $1 AND provider = $2',
      [hash, provider],
    );
    if (!found) return { kind: 'unknown' };
    if (found.cookie_hash !== hashOf(cookie ?? '')) return { kind: 'other_browser' };
    return { kind: found.used ? 'used' : 'expired' };
  }

  /** Forgets consents a day after they ended; until then a late callback gets the precise reason. */
  async forgetOld(): Promise<void> {
    await this.database.execute(`DELETE FROM auth.authorizations WHERE expires_at < now() - interval '1 day'`);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function placeOf(stateHash: string) {
  return { table: 'auth.authorizations', row: stateHash, column: 'verifier' };
}
