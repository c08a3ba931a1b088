/** Exit codes of every program of Portage. */
export const exitCodes = { ok: 0, unaccounted: 1, usage: 2, unreachable: 3 } as const;
