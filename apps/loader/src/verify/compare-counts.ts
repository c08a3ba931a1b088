import { type Finding } from './difference.js';

type Counts = Readonly<Record<string, number>>;

/** What the source has against what the topics hold. Deleted contacts stay on the topic, so only living ones can be too many. */
export function compareSource(
  source: Counts,
  topic: Readonly<Record<string, { readonly keys: number; readonly living: number }>>,
): Finding[] {
  return Object.entries(topic).flatMap(([stream, { keys, living }]): Finding[] => {
    const there = source[stream];
    if (there === undefined) return [];
    const detail = `source ${there}, topic ${keys}`;
    if (keys < there) return [{ class: 'topic_short', id: stream, detail }];
    return stream === 'contacts' && living > there ? [{ class: 'topic_over', id: stream, detail }] : [];
  });
}

/** Outcomes per campaign activity and type against the records that were settled. */
export function compareActivities(
  topic: ReadonlyMap<string, number>,
  ledger: ReadonlyMap<string, number>,
  expired: boolean,
): Finding[] {
  return [...new Set([...topic.keys(), ...ledger.keys()])].sort().flatMap((id): Finding[] => {
    const [there, counted] = [topic.get(id) ?? 0, ledger.get(id) ?? 0];
    const detail = `topic ${there}, outcomes ${counted}`;
    if (counted < there) return [{ class: 'activities_uncounted', id, detail }];
    // Where records have expired from the topic, their outcomes have stayed.
    return counted > there && !expired ? [{ class: 'activities_overcounted', id, detail }] : [];
  });
}

/** What Klaviyo may count, each happening once. */
export interface EventBounds {
  /** By type: what the live stream delivered. */
  readonly least: Counts;
  /** By type: that, and whatever replays may have brought. */
  readonly most: Counts;
  /** Of all types together: what one replay says it has delivered. */
  readonly replayed: number;
}

/** What Klaviyo counts against what was delivered. */
export function compareEvents({ least, most, replayed }: EventBounds, klaviyo: Counts, expired: boolean): Finding[] {
  const types = [...new Set([...Object.keys(most), ...Object.keys(klaviyo)])].sort();
  const found = types.flatMap((id): Finding[] => {
    const [sent, possible, there] = [least[id] ?? 0, most[id] ?? 0, klaviyo[id] ?? 0];
    if (there < sent) return [{ class: 'events_short', id, detail: `delivered ${sent}, Klaviyo ${there}` }];
    const over = there > possible && !expired;
    return over ? [{ class: 'events_over', id, detail: `delivered ${possible}, Klaviyo ${there}` }] : [];
  });
  const total = Object.values(klaviyo).reduce((sum, n) => sum + n, 0);
  if (total >= replayed) return found;
  return [...found, { class: 'events_short', id: 'replays', detail: `delivered ${replayed}, Klaviyo ${total}` }];
}
