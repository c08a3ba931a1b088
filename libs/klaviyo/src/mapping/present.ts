/** Only the texts that say something, trimmed: missing values are omitted, because `null` would clear what is there. */
export function present(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  const entries = Object.entries(fields).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** ISO 8601 in UTC; null stays null. */
export function isoDate(at: number | null): string | null {
  return at === null || Number.isNaN(new Date(at).getTime()) ? null : new Date(at).toISOString();
}
