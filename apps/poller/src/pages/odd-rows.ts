import { createHash } from 'node:crypto';
import { type Odd } from '@portage/constant-contact';
import { type Outgoing } from '@portage/kafka';
import { type Queries } from '@portage/persistence';
import { keyOf, type Stream } from '@portage/records';
import { type Origin } from './change.js';
import { letterState, type RecordState } from './record-state.js';

interface OddRow {
  readonly fingerprint: string;
  readonly odd: Odd;
}

/** Dead letters for rows that cannot be used, each once: the same row comes again with every walk. */
export async function oddRows(
  queries: Queries,
  stream: Stream,
  odds: readonly Odd[],
  origin: Origin,
): Promise<{ readonly outgoing: Outgoing[]; readonly states: RecordState[] }> {
  if (odds.length === 0) return { outgoing: [], states: [] };
  const rows = new Map(odds.map((odd) => [fingerprintOf(odd), odd]));
  const known = await queries.query<{ source_id: string }>(
    `SELECT source_id FROM sync.records WHERE connection_id = $1 AND stream = 'dead-letters' AND source_id = ANY($2)`,
    [origin.connectionId, [...rows.keys()]],
  );
  for (const { source_id: fingerprint } of known) rows.delete(fingerprint);
  const fresh = [...rows].map(([fingerprint, odd]) => ({ fingerprint, odd }));
  return {
    outgoing: fresh.map((row) => deadLetter(row, stream, origin)),
    states: fresh.map(({ fingerprint }) => letterState(fingerprint, origin.observedAt)),
  };
}

function fingerprintOf({ raw }: Odd): string {
  return createHash('sha256')
    .update(JSON.stringify(raw) ?? '')
    .digest('hex')
    .slice(0, 32);
}

function deadLetter({ fingerprint, odd }: OddRow, stream: Stream, origin: Origin): Outgoing {
  const { connectionId, runId, observedAt } = origin;
  return {
    topic: 'dead-letters',
    key: keyOf(connectionId, fingerprint),
    timestamp: observedAt,
    value: {
      topic: null,
      partition: null,
      offset: null,
      key: null,
      value: Buffer.from(JSON.stringify(odd.raw) ?? ''),
      schemaId: null,
      connectionId,
      target: null,
      stream,
      sourceId: null,
      code: odd.code,
      reason: odd.reason,
      stage: 'poller',
      runId,
      failedAt: observedAt,
    },
  };
}
