/** Only the texts that say something, trimmed: missing values are omitted, because `null` would clear what is there. */
export function present(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in fields) {
    const text = fields[name]?.trim();
    if (text) kept[name] = text;
  }
  return kept;
}

/** ISO 8601 in UTC; null stays null. */
export function isoDate(at: number | null): string | null {
  if (at === null) return null;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
