import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { DirectFetch } from './direct-fetch.js';
import { kafkaError } from './errors.js';

export interface UnreadRecord {
  readonly offset: number;
  /** As the record bears it; milliseconds. */
  readonly timestamp: number;
}

const WAIT_MS = 50;
/** The broker answers with one batch at least. */
const ONE_BATCH = 1;

/**
 * Looks at single records without any group. An offset alone does not tell whether something is unread behind it: there
 * may be nothing but transaction markers, aborted records and gaps. Connections are kept from one look to the next.
 */
export class UnreadRecords {
  readonly #fetches = new Map<Topic, DirectFetch>();

  constructor(private readonly cluster: KafkaCluster) {}

  /** The first record in `[from, end)` that can be read now, or null when none can. `from` must not have expired. */
  async first(topic: Topic, partition: number, from: number, end: number): Promise<UnreadRecord | null> {
    try {
      const fetch = await this.#fetch(topic);
      for (let at = from; at < end;) {
        const chunk = (await fetch.fetch(new Map([[partition, at]]), WAIT_MS, ONE_BATCH)).get(partition);
        const [message] = chunk?.messages ?? [];
        if (message) return Number(message.offset) < end ? found(message) : null;
        // A transaction that still runs: its records are nobody's yet.
        if (!chunk || chunk.next <= at) return null;
        at = chunk.next;
      }
      return null;
    } catch (error) {
      await this.#forget(topic);
      throw kafkaError(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#fetches.keys()].map((topic) => this.#forget(topic)));
  }

  async #fetch(topic: Topic): Promise<DirectFetch> {
    const known = this.#fetches.get(topic) ?? (await DirectFetch.open(this.cluster, topic));
    this.#fetches.set(topic, known);
    return known;
  }

  async #forget(topic: Topic): Promise<void> {
    await this.#fetches.get(topic)?.close();
    this.#fetches.delete(topic);
  }
}

function found({ offset, timestamp }: { readonly offset: string; readonly timestamp: string }): UnreadRecord {
  return { offset: Number(offset), timestamp: Number(timestamp) };
}
