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

/** What Klaviyo counts against what was delivered, each happening once. */
export function compareEvents(delivered: Counts, klaviyo: Counts, expired: boolean): Finding[] {
  return [...new Set([...Object.keys(delivered), ...Object.keys(klaviyo)])].sort().flatMap((id): Finding[] => {
    const [sent, there] = [delivered[id] ?? 0, klaviyo[id] ?? 0];
    const detail = `delivered ${sent}, Klaviyo ${there}`;
    if (there < sent) return [{ class: 'events_short', id, detail }];
    return there > sent && !expired ? [{ class: 'events_over', id, detail }] : [];
  });
}
