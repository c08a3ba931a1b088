import { TransactionalPublisher } from '@portage/kafka';
import { type Lease, type Leases } from '@portage/persistence';
import { Loop } from '@portage/platform';
import { TOPICS } from '@portage/records';
import { type PollerParts } from '../poller-parts.js';
import { whileLeased } from '../runs/lease-keeper.js';
import { erase } from './erase.js';

const DEADLINE_MS = 30_000;

/** Looks for connections that were deleted, and erases what the poller has of them. Any replica may, under the connection's lease. */
export class Eraser {
  readonly #loop: Loop;

  constructor(
    private readonly parts: PollerParts,
    private readonly leases: Leases,
    private readonly leaseMs: number,
  ) {
    this.#loop = new Loop({
      name: 'eraser',
      everyMs: parts.environment.CONNECTIONS_REFRESH_SECONDS * 1000,
      logger: parts.logger,
      turn: async (signal) => {
        await this.turn(signal);
        return 'rest';
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async turn(signal: AbortSignal): Promise<void> {
    for (const id of await this.#deleted(signal)) {
      const lease = await this.leases.take(id);
      if (lease) await this.#erase(id, lease, signal);
    }
  }

  /** A list that lacks a connection could be that of another auth: each is asked for by itself. */
  async #deleted(signal: AbortSignal): Promise<string[]> {
    const { database, directory, auth } = this.parts;
    const rows = await database.query<{ id: string }>('SELECT DISTINCT connection_id AS id FROM sync.runs');
    if (rows.length === 0) return [];
    const listed = new Set((await directory.all(signal)).map(({ id }) => id));
    const deleted: string[] = [];
    for (const { id } of rows) if (!listed.has(id) && !(await auth.knows(id, signal))) deleted.push(id);
    return deleted;
  }

  async #erase(id: string, lease: Lease, signal: AbortSignal): Promise<void> {
    const { database, cluster, writer, logger, environment } = this.parts;
    const options = { leases: this.leases, lease, ttlMs: this.leaseMs, logger };
    const transactionalId = `${environment.TOPIC_PREFIX}.${id}`;
    await whileLeased(options, signal, async (leased) => {
      // Also ends what the last pass may have left open.
      const publisher = await TransactionalPublisher.open(cluster, {
        writer,
        transactionalId,
        deadlineMs: DEADLINE_MS,
        leftovers: TOPICS,
      });
      try {
        await erase(database, publisher, id, leased);
      } finally {
        await publisher.close();
      }
    });
    await database.execute('DELETE FROM sync.leases WHERE key = $1', [id]);
    logger.info({ connection: id }, 'a deleted connection was erased');
  }
}
