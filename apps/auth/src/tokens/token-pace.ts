import { type Budget } from '@portage/http';

/** Waits for a turn at Constant Contact's token endpoint: one request a second per client id, across all replicas. Invariant 9. */
export async function takeTokenTurn(budget: Budget, clientId: string, signal?: AbortSignal): Promise<void> {
  await budget.take(`constant-contact-token:${clientId}`, { perSecond: 1 }, signal ? { signal } : {});
}

/** The vendor said that it was too fast: nobody asks for that long. */
export async function holdTokenTurns(budget: Budget, clientId: string, ms: number): Promise<void> {
  await budget.hold(`constant-contact-token:${clientId}`, ms);
}
