import { randomUUID } from 'node:crypto';
import {
  type KafkaCluster,
  type Outgoing,
  type Published,
  type RecordWriter,
  type SchemaRegistry,
  TransactionalPublisher,
} from '@portage/kafka';
import { isPortageError, PortageError } from '@portage/platform';
import { type Topic, TOPICS } from '@portage/records';
import { pollerMetrics } from '../metrics.js';
import { type Figure } from '../runs/run.js';
import { committedStates, isCommitted } from './committed-page.js';
import { type Landed, type PageStore } from './page-store.js';
import { type PageOfWork } from './page.js';

export interface PublisherParts {
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
  readonly writer: RecordWriter;
  readonly transactionalId: string;
  /** Cluster and prefix of the topics. */
  readonly place: string;
}

/** How long one page may take to be acknowledged. */
const DEADLINE_MS = 30_000;

/**
 * Publishes pages of one connection, each exactly once, whoever dies when: written down in PostgreSQL, then one Kafka
 * transaction, then applied in PostgreSQL. What a predecessor left between the two is found in Kafka, or was never there.
 */
export class PagePublisher {
  private constructor(
    private readonly parts: PublisherParts,
    private readonly store: PageStore,
    private readonly signal: AbortSignal,
    private publisher: TransactionalPublisher,
  ) {}

  static async open(parts: PublisherParts, store: PageStore, signal: AbortSignal): Promise<PagePublisher> {
    const publisher = await openPublisher(parts, signal, (await store.pending()) !== undefined);
    const pages = new PagePublisher(parts, store, signal, publisher);
    try {
      await pages.#settlePending();
    } catch (error) {
      await pages.close();
      throw error;
    }
    return pages;
  }

  /**
   * @param calls  vendor calls since the last page; counted even if the page has to be read again
   * @param onDurable  called once the page is in Kafka, so that nobody will have to read it again, before its effects hold
   */
  async publish(runId: string, page: PageOfWork, calls: readonly Figure[], onDurable?: () => void): Promise<void> {
    this.signal.throwIfAborted();
    const startedAt = performance.now();
    await this.#publish(runId, page, calls, onDurable);
    pollerMetrics.published((performance.now() - startedAt) / 1000, page.effects.published ?? []);
  }

  async close(): Promise<void> {
    await this.publisher.close();
  }

  async #publish(runId: string, page: PageOfWork, calls: readonly Figure[], onDurable?: () => void): Promise<void> {
    const { records, states, observedAt, effects } = page;
    const topic = records[0]?.topic ?? '';
    const prepared = { pageId: randomUUID(), runId, topic, records: records.length, observedAt, effects };
    if (records.length === 0) return this.store.applyAtOnce(prepared, calls);
    await this.store.prepare(prepared, calls);
    const sent = this.#send(records.map((record) => ({ ...record, headers: { page: prepared.pageId } })));
    // Not aborted between here and there: once the page is in Kafka, its effects hold now or at the next start.
    const applied = this.store.applyMeanwhile(states, sent);
    await Promise.all([sent.then(onDurable), applied]).finally(() => sent.catch(() => undefined));
  }

  /** @returns where it landed, unless only a look into Kafka has told that it did */
  async #send(records: readonly Outgoing[]): Promise<Landed[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.publisher.publish(records)).map((published) => this.#landed(published));
      } catch (error) {
        if (!isPortageError(error) || error.code !== 'kafka.publisher_lost' || attempt >= 5) throw error;
        await this.#reopen();
        if (await this.#isPending()) continue;
        return [];
      }
    }
  }

  #landed({ topic, partition, firstOffset }: Published): Landed {
    const name = topic.slice(this.parts.cluster.config.topicPrefix.length + 1) as Topic;
    return { topic: name, partition, firstOffset, place: this.parts.place };
  }

  /** A new publisher ends whatever transaction the lost one left open, so that what is in Kafka now is final. */
  async #reopen(): Promise<void> {
    await this.publisher.close();
    this.publisher = await openPublisher(this.parts, this.signal, true);
  }

  /** True when the page that was written down is not in Kafka. */
  async #isPending(): Promise<boolean> {
    const pending = await this.store.pending();
    if (!pending) throw lostPage();
    return !(await isCommitted(this.parts, pending, this.signal));
  }

  async #settlePending(): Promise<void> {
    const pending = await this.store.pending();
    if (!pending) return;
    if (!(await isCommitted(this.parts, pending, this.signal))) return this.store.discard();
    await this.store.apply(await committedStates(this.parts, pending, this.signal));
  }
}

/** @param afterLoss  a page was on its way, so its transaction may be open in Kafka */
async function openPublisher(
  parts: PublisherParts,
  signal: AbortSignal,
  afterLoss: boolean,
): Promise<TransactionalPublisher> {
  signal.throwIfAborted();
  const { cluster, writer, transactionalId } = parts;
  // Not aborted half-way: a connection that is still being made could not be closed.
  const leftovers = afterLoss ? TOPICS : [];
  return TransactionalPublisher.open(cluster, { writer, transactionalId, deadlineMs: DEADLINE_MS, leftovers });
}

function lostPage(): PortageError {
  return new PortageError({
    code: 'poller.page_lost',
    disposition: 'halt',
    message: 'The page that was being published is no longer written down: another poller works on this connection.',
  });
}
