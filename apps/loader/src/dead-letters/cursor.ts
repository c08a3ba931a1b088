import { type Offsets } from '@portage/kafka';

/** Where the next page begins, by partition; opaque to everyone else. */
export function encodeCursor(positions: Offsets): string {
  return Buffer.from(JSON.stringify([...positions])).toString('base64url');
}

/** Undefined for a text that is no cursor of ours. */
export function decodeCursor(text: string): Offsets | undefined {
  try {
    const entries: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(entries) && entries.every(isEntry) ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is [number, number] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((each) => Number.isSafeInteger(each) && each >= 0);
}
