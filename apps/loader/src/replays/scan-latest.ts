import { parseKey } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { LatestKeys } from './latest-keys.js';
import { hasValue, readStream } from './read-stream.js';
import { type RunContext } from './run-context.js';
import { type Readable } from './selector.js';

/**
 * Reads a compacted stream up to the replay's end and notes the last record of every key: only that one says something about the
 * present. Superseded states are not replayed.
 *
 * @param also  is shown every record that has a value; its key may be superseded further on
 */
export async function scanLatest<S extends KeptStream>(
  context: RunContext,
  stream: S,
  also?: (records: readonly Readable<S>[]) => Promise<void>,
): Promise<LatestKeys> {
  const latest = new LatestKeys();
  await readStream(context, stream, async (_partition, records) => {
    const own = records.filter(({ key }) => parseKey(key)?.connectionId === context.route.source);
    for (const { key, offset } of own) latest.note(key, offset);
    if (also) await also(own.filter(hasValue));
  });
  return latest;
}

/** Whether a contact, by its key at the source, is one of those whose activities are followed by a filter of lists. */
export async function meantContacts(context: RunContext): Promise<(key: string) => boolean> {
  const { selector } = context;
  if (!selector.byContact) return () => false;
  const meant = new LatestKeys();
  await scanLatest(context, 'contacts', (records) => {
    for (const { key, value, offset } of records) if (selector.person(value) === null) meant.note(key, offset);
    return Promise.resolve();
  });
  return (key) => meant.has(key);
}
