import { type Budget } from '@portage/http';
import { type OAuthServer } from '../vendors/oauth-server.js';

/** Waits for a turn at a vendor's token endpoint, per client id and across all replicas. Invariant 9. */
export async function takeTokenTurn(
  budget: Budget,
  server: OAuthServer,
  clientId: string,
  signal?: AbortSignal,
): Promise<void> {
  await budget.take(keyOf(server, clientId), server.pace, signal ? { signal } : {});
}

/** The vendor said that it was too fast: nobody asks for that long. */
export async function holdTokenTurns(budget: Budget, server: OAuthServer, clientId: string, ms: number): Promise<void> {
  await budget.hold(keyOf(server, clientId), ms);
}

function keyOf({ provider }: OAuthServer, clientId: string): string {
  return `${provider}-token:${clientId}`;
}
