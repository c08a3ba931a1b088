import { type Actor } from '../audit/audit.js';
import { type TokenSet } from '../vendors/oauth-server.js';

/** A consent whose code was exchanged: what was given for which connection, by whom. */
export interface GrantedConsent {
  readonly connectionId: string;
  readonly clientId: string;
  readonly tokens: TokenSet;
  /** It may be of another account than the one before. */
  readonly forced: boolean;
  readonly actor: Actor;
}

export interface Connected {
  readonly connectionId: string;
  readonly name: string;
  readonly organization: string | null;
}

/** Checks of one vendor's grant, and where it is kept. Throws the refusal, with nothing stored. */
export interface Grant {
  accept(consent: GrantedConsent): Promise<Connected>;
}
