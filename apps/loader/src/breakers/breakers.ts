import { type Database, type Queries } from '@portage/persistence';
import { type Logger } from '@portage/platform';
import { streamParked } from '../metrics.js';
import { wakeParked, wakeUnparked } from './parked-people.js';
import { isHealthy, type RowCounts, slide, tooManyRejected } from './window.js';

/** Streams whose rows end in dead letters. Opt-outs are never held back: what is refused there keeps nobody from being opted out. */
export type BreakingStream = 'contacts' | 'activities';

export interface RowFates extends RowCounts {
  /** Why rows were rejected, one of the reasons; null when none was. */
  readonly code: string | null;
}

/**
 * Parks a stream of a target when Klaviyo rejects more than a fifth of its last thousand rows: something is wrong with all of
 * them, and going on would only turn the stream into dead letters. From time to time a few rows are tried; when those are
 * taken the stream goes on. What is counted and parked is in the ledger, so all replicas act alike.
 */
export class Breakers {
  /** Open ones, with the rows that may be sent as a try; as of the last look. */
  #open = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  isOpen(target: string, stream: BreakingStream): boolean {
    return this.#open.has(`${target} ${stream}`);
  }

  /** Whether asking for an allowance can bring one. */
  takesWork(target: string, stream: BreakingStream): boolean {
    return this.#open.get(`${target} ${stream}`) !== 0;
  }

  /** How many of `wanted` rows may be sent now. Asked of the ledger, because another replica may just have parked the stream. */
  async allowance(target: string, stream: BreakingStream, wanted: number): Promise<number> {
    const [row] = await this.database.query<{ allowed: number }>(
      'SELECT allowed FROM ledger.breakers WHERE target = $1 AND stream = $2 AND opened_at IS NOT NULL',
      [target, stream],
    );
    if (!row) return wanted;
    const taken = Math.min(row.allowed, wanted);
    this.#open.set(`${target} ${stream}`, row.allowed - taken);
    if (taken === 0) return 0;
    const won = await this.database.execute(
      'UPDATE ledger.breakers SET allowed = allowed - $4 WHERE target = $1 AND stream = $2 AND allowed = $3',
      [target, stream, row.allowed, taken],
    );
    return won === 1 ? taken : 0;
  }

  /** What other replicas have found, and a few rows for whatever is due for a try; people who are parked are due with it. */
  async turn(): Promise<void> {
    await this.refresh();
    const tried = await this.database.query<{ target: string; stream: BreakingStream }>(
      `UPDATE ledger.breakers SET allowed = $1, probes = probes + 1,
         probe_at = now() + LEAST($2 * power(2, LEAST(probes + 1, 20)), $3) * interval '1 millisecond'
       WHERE opened_at IS NOT NULL AND probe_at <= now() RETURNING target, stream`,
      [PROBE_ROWS, probes.firstMs, probes.longestMs],
    );
    for (const { target, stream } of tried) {
      if (stream === 'contacts') await wakeParked(this.database, target, PROBE_ROWS);
    }
    await wakeUnparked(this.database);
  }

  /** Counts rows whose fate is known, in the transaction that stores it. Called last in it: whoever locks this row waits for none. */
  async record(queries: Queries, target: string, stream: BreakingStream, batch: RowFates): Promise<void> {
    if (batch.rows === 0) return;
    await queries.execute('INSERT INTO ledger.breakers (target, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      target,
      stream,
    ]);
    const [row] = await queries.query<RowCounts & { open: boolean; probes: number }>(
      `SELECT rows, rejected, opened_at IS NOT NULL AS open, probes FROM ledger.breakers
       WHERE target = $1 AND stream = $2 FOR UPDATE`,
      [target, stream],
    );
    if (!row) return;
    // What was sent before the stream was parked says nothing of whether it may go on.
    const over = row.open && row.probes > 0 && isHealthy(batch);
    const window = over ? batch : slide(row, batch);
    const opens = !row.open && tooManyRejected(window);
    await queries.execute(
      `UPDATE ledger.breakers SET rows = $3, rejected = $4, code = COALESCE($5, code),
         opened_at = CASE WHEN $6 THEN now() WHEN $7 THEN NULL ELSE opened_at END,
         probe_at = CASE WHEN $6 THEN now() + $8 * interval '1 millisecond' WHEN $7 THEN NULL ELSE probe_at END,
         probes = CASE WHEN $6 OR $7 THEN 0 ELSE probes END, allowed = CASE WHEN $6 OR $7 THEN 0 ELSE allowed END
       WHERE target = $1 AND stream = $2`,
      [target, stream, window.rows, window.rejected, batch.code, opens, over, probes.firstMs],
    );
    if (opens) this.#announce(target, stream, batch);
    if (over) this.logger.info({ target, stream }, 'rows of a parked stream are accepted again; it goes on');
  }

  async refresh(): Promise<void> {
    const rows = await this.database.query<{ target: string; stream: string; open: boolean; allowed: number }>(
      'SELECT target, stream, allowed, opened_at IS NOT NULL AS open FROM ledger.breakers',
    );
    for (const { target, stream, open } of rows) streamParked.labels(target, stream).set(open ? 1 : 0);
    this.#open = new Map(
      rows.flatMap(({ target, stream, open, allowed }) => (open ? [[`${target} ${stream}`, allowed] as const] : [])),
    );
  }

  #announce(target: string, stream: BreakingStream, { code }: RowFates): void {
    this.#open.set(`${target} ${stream}`, 0);
    this.logger.error(
      { target, stream, code },
      'Klaviyo rejects more than a fifth of the rows; the stream of this account is parked and tried with a few rows from time to time',
    );
  }
}

/** A try of every parked stream of a target is due; the next turn of any replica makes it. Answers which streams that are. */
export async function probeNow(queries: Queries, target: string): Promise<BreakingStream[]> {
  const rows = await queries.query<{ stream: BreakingStream }>(
    'UPDATE ledger.breakers SET probe_at = now() WHERE target = $1 AND opened_at IS NOT NULL RETURNING stream',
    [target],
  );
  return rows.map(({ stream }) => stream).sort();
}

const PROBE_ROWS = 50;
/** From one try to the next, each twice as long as the last. */
const probes = { firstMs: 60_000, longestMs: 3_600_000 };
