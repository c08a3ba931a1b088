import { type Provider } from '../credentials/credential.js';
import { type Signer } from './signer.js';

/** How long a link to the consent page, and a consent under way, can be used. */
export const linkLifeSeconds = 600;

/** What a link asks for: a consent at one vendor, or at whichever still lacks one. */
export interface ConsentWish {
  readonly provider?: Provider | undefined;
  /** The consent may be of another account than the one before. */
  readonly forced?: boolean | undefined;
}

export type TicketVerdict =
  { readonly kind: 'good'; readonly wish: ConsentWish } | { readonly kind: 'expired' | 'forged' };

/** A ticket lets whoever has the link start the consent of one connection, without any other credential. */
export function issueTicket(signer: Signer, connectionId: string, nowMs: number, wish: ConsentWish = {}): string {
  return signer.sign(JSON.stringify([connectionId, nowMs + linkLifeSeconds * 1000, wish]));
}

export function checkTicket(signer: Signer, ticket: string, connectionId: string, nowMs: number): TicketVerdict {
  const text = signer.verify(ticket);
  if (text === undefined) return { kind: 'forged' };
  const [id, expiresAt, wish] = JSON.parse(text) as [string, number, ConsentWish];
  if (id !== connectionId) return { kind: 'forged' };
  return expiresAt > nowMs ? { kind: 'good', wish } : { kind: 'expired' };
}
