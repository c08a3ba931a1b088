import { z } from 'zod';
import { jsonOf, request } from '@portage/http';
import { columns, type Queries } from '@portage/persistence';
import { type Secret } from '@portage/platform';
import { STREAMS, type Stream } from '@portage/records';
import { type DeliveryAge } from './metrics.js';

const streamProgress = z.object({
  markCompletedAt: z.string().nullable(),
  settled: z.boolean(),
  outcomes: z.object({ parked: z.number(), deferred: z.number() }),
});
const progressAnswer = z.object({
  streams: z.object({
    lists: streamProgress,
    contacts: streamProgress,
    suppressions: streamProgress,
    activities: streamProgress,
  }),
});
type StreamProgress = z.output<typeof streamProgress>;

export interface LoaderAddress {
  readonly url: string;
  readonly token: Secret;
}

const TIMEOUT_MS = 10_000;

/**
 * Up to which complete state of a stream everything has been delivered. Only the loader knows what became of records, and
 * it knows of the newest mark alone: the last one that was reached is kept here.
 */
export class Deliveries {
  constructor(
    private readonly queries: Queries,
    private readonly loader: LoaderAddress,
  ) {}

  /** Asks the loader about one connection. A loader that does not answer leaves everything as it was. */
  async ask(connectionId: string, signal: AbortSignal): Promise<void> {
    const response = await request({
      method: 'GET',
      url: `${this.loader.url}/connections/${encodeURIComponent(connectionId)}/progress`,
      headers: { authorization: `Bearer ${this.loader.token.reveal()}` },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const parsed = progressAnswer.safeParse(jsonOf(response));
    if (response.status !== 200 || !parsed.success) return;
    const rows = STREAMS.flatMap((stream) => deliveredOf(stream, parsed.data.streams[stream]));
    await this.queries.execute(
      `INSERT INTO sync.deliveries AS d (connection_id, stream, completed_at)
       SELECT $1, * FROM unnest($2::text[], $3::timestamptz[])
       ON CONFLICT (connection_id, stream) DO UPDATE SET completed_at = EXCLUDED.completed_at
       WHERE d.completed_at < EXCLUDED.completed_at`,
      [connectionId, ...columns(rows, ['stream', 'completedAt'])],
    );
  }

  /** Of these connections. */
  ages(connectionIds: readonly string[]): Promise<DeliveryAge[]> {
    return this.queries.query<DeliveryAge>(
      `SELECT connection_id AS connection, stream, GREATEST(0, extract(epoch FROM now() - completed_at))::float8 AS seconds
       FROM sync.deliveries WHERE connection_id = ANY($1)`,
      [connectionIds],
    );
  }
}

/** A parked or deferred record is settled in nobody's eyes but Kafka's. */
export function deliveredOf(
  stream: Stream,
  { markCompletedAt, settled, outcomes }: StreamProgress,
): { readonly stream: Stream; readonly completedAt: string }[] {
  const delivered = settled && outcomes.parked === 0 && outcomes.deferred === 0;
  return delivered && markCompletedAt !== null ? [{ stream, completedAt: markCompletedAt }] : [];
}
