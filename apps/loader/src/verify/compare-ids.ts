import { parseKey } from '@portage/records';
import { type TopicRecord } from './compare-records.js';

/** Keys whose records were published and are not on the topic in that version or a newer one. */
export function lostKeys(
  published: ReadonlyMap<string, number>,
  topic: ReadonlyMap<string, TopicRecord>,
  keyOf: (id: string) => string,
): string[] {
  return [...published].flatMap(([id, version]) => {
    const record = topic.get(keyOf(id));
    return record === undefined || record.version < version ? [keyOf(id)] : [];
  });
}

/** Keys of the topic that nobody is known to have published. */
export function strangeKeys(published: ReadonlyMap<string, number>, topic: ReadonlyMap<string, unknown>): string[] {
  return [...topic.keys()].filter((key) => !published.has(parseKey(key)?.sourceId ?? ''));
}
