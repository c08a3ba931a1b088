import { type Signer } from './signer.js';

/** How long a link to the consent page, and a consent under way, can be used. */
export const linkLifeSeconds = 600;

/** A ticket lets whoever has the link start the consent of one connection, without any other credential. */
export function issueTicket(signer: Signer, connectionId: string, nowMs: number): string {
  return signer.sign(JSON.stringify([connectionId, nowMs + linkLifeSeconds * 1000]));
}

export function checkTicket(
  signer: Signer,
  ticket: string,
  connectionId: string,
  nowMs: number,
): 'good' | 'expired' | 'forged' {
  const text = signer.verify(ticket);
  if (text === undefined) return 'forged';
  const [id, expiresAt] = JSON.parse(text) as [string, number];
  if (id !== connectionId) return 'forged';
  return expiresAt > nowMs ? 'good' : 'expired';
}
