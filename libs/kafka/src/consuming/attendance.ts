const WORD = 'attended';

/**
 * What a member writes beside its commit while a position does not move for a good reason: whoever measures lag from Kafka alone
 * can tell it from one that hangs.
 */
export function attendedNote(at: number): string {
  return `${WORD} ${at}`;
}

/** When that was written (ms); null for anything else that stands beside a commit. */
export function attendedAt(note: string | null | undefined): number | null {
  const [word, at] = (note ?? '').split(' ');
  return word === WORD && at !== undefined && /^\d+$/.test(at) ? Number(at) : null;
}
