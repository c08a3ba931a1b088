import { endOffsets } from '@portage/kafka';
import { type Stream, STREAMS } from '@portage/records';
import { type LoaderParts } from '../loader-parts.js';
import { type Refusal } from '../targets/target.js';
import { type FinalLookReport, readFinalLook } from './final-look.js';
import { type Outcomes, readOutcomes } from './outcomes.js';
import { type ParkedActivities, readParkedActivities } from './parked-activities.js';
import { type ParkedStream, readParkedStreams } from './parked-streams.js';

export interface StreamProgress {
  readonly markRunId: string | null;
  readonly markCompletedAt: string | null;
  readonly settled: boolean;
  readonly outcomes: Outcomes;
  /** Offsets between what is settled and the end of the topic, over all connections. */
  readonly lag: number;
}

export interface Progress {
  readonly connectionId: string;
  readonly gateOpen: boolean;
  readonly streams: Readonly<Record<Stream, StreamProgress>>;
  readonly waiting: { readonly people: number; readonly jobs: number; readonly lists: number };
  /** As this process has met it. */
  readonly refusal: Refusal | null;
  readonly finalLook: FinalLookReport;
  readonly parkedStreams: readonly ParkedStream[];
  readonly parkedActivities: ParkedActivities | null;
  readonly calls: Readonly<Record<string, number>>;
}

/** How far the loading of a connection is. */
export class ProgressReader {
  constructor(
    private readonly parts: Pick<LoaderParts, 'database' | 'cluster' | 'calls' | 'connections' | 'targets'>,
  ) {}

  async read(connectionId: string): Promise<Progress> {
    const { database, cluster, calls, connections, targets } = this.parts;
    const [gate] = await database.query('SELECT 1 FROM ledger.gates WHERE connection_id = $1', [connectionId]);
    const marks = await this.#marks(connectionId);
    const lags = await this.#lags();
    const outcomes = await readOutcomes(database, connectionId);
    const streams = STREAMS.map((stream) => {
      const mark = marks.get(stream);
      const lag = lags.get(stream) ?? 0;
      const known = outcomes[stream];
      return [
        stream,
        {
          markRunId: mark?.runId ?? null,
          markCompletedAt: mark ? new Date(mark.completedAt).toISOString() : null,
          settled: mark?.settled ?? false,
          // Activities are counted when they are settled; until then they are somewhere in the lag.
          outcomes: stream === 'activities' && !mark?.settled ? { ...known, deferred: lag } : known,
          lag,
        },
      ] as const;
    });
    return {
      connectionId,
      gateOpen: gate !== undefined,
      streams: Object.fromEntries(streams) as Record<Stream, StreamProgress>,
      waiting: await this.#waiting(connectionId),
      refusal: targets.of(connectionId)?.refusal ?? null,
      finalLook: await readFinalLook(database, connectionId),
      parkedStreams: await readParkedStreams(database, connections.get(connectionId)?.target ?? ''),
      parkedActivities: await readParkedActivities(database, cluster, connectionId),
      calls: await calls.of(connectionId),
    };
  }

  async #marks(connectionId: string): Promise<Map<string, { runId: string; completedAt: number; settled: boolean }>> {
    const rows = await this.parts.database.query<{
      stream: string;
      run_id: string;
      completed_at: string;
      settled: boolean;
    }>(
      `SELECT stream, run_id, completed_at, settled_at IS NOT NULL AS settled FROM ledger.marks WHERE connection_id = $1`,
      [connectionId],
    );
    return new Map(
      rows.map((row) => [
        row.stream,
        { runId: row.run_id, completedAt: Number(row.completed_at), settled: row.settled },
      ]),
    );
  }

  async #lags(): Promise<Map<Stream, number>> {
    const rows = await this.parts.database.query<{ topic: string; partition: number; position: string }>(
      'SELECT topic, partition, position FROM ledger.positions',
    );
    const positions = new Map(rows.map((row) => [`${row.topic} ${row.partition}`, Number(row.position)]));
    const lags = new Map<Stream, number>();
    for (const stream of STREAMS) {
      const topic = this.parts.cluster.topicName(stream);
      let lag = 0;
      for (const [partition, end] of await endOffsets(this.parts.cluster, stream)) {
        lag += Math.max(0, end - (positions.get(`${topic} ${partition}`) ?? 0));
      }
      lags.set(stream, lag);
    }
    return lags;
  }

  async #waiting(connectionId: string): Promise<Progress['waiting']> {
    const [row] = await this.parts.database.query<{ people: string; jobs: string; lists: string }>(
      `SELECT
         (SELECT count(*) FROM ledger.people WHERE $1 = ANY(connections)
           AND (phase <> 'done' OR due_at IS NOT NULL OR claim IS NOT NULL)) AS people,
         (SELECT count(*) FROM ledger.jobs j WHERE EXISTS (
           SELECT FROM ledger.job_rows r JOIN ledger.people p ON p.target = j.target AND p.email = r.email
           WHERE r.job_id = j.id AND $1 = ANY(p.connections))) AS jobs,
         (SELECT count(*) FROM ledger.lists WHERE connection_id = $1 AND state IN ('new', 'creating', 'postponed')) AS lists`,
      [connectionId],
    );
    return { people: Number(row?.people), jobs: Number(row?.jobs), lists: Number(row?.lists) };
  }
}
