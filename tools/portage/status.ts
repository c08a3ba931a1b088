import { type z } from 'zod';
import { connectionSchema, connectionsSchema, type Progress, progressSchema, statusSchema } from './answers.js';
import { table } from './render.js';
import { totalOf } from './report.js';
import { type Services } from './services.js';

export interface ConnectionStatus {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly source: z.infer<typeof statusSchema>;
  readonly target: Progress;
}

/** Where every connection (or one of them) stands, from both sides of Kafka. */
export async function readStatus(services: Services, only: string | undefined): Promise<ConnectionStatus[]> {
  const wanted =
    only === undefined
      ? (await services.get('auth', '/connections', connectionsSchema)).connections
      : [await services.get('auth', `/connections/${encodeURIComponent(only)}`, connectionSchema)];
  return Promise.all(
    wanted.map(async ({ id, name, status }) => ({
      id,
      name,
      status,
      source: await services.get('poller', `/connections/${id}/status`, statusSchema),
      target: await services.get('loader', `/connections/${id}/progress`, progressSchema),
    })),
  );
}

export function renderStatus(connections: readonly ConnectionStatus[]): string {
  if (connections.length === 0) return 'There is no connection yet.\n';
  return connections.map(renderConnection).join('\n');
}

function renderConnection({ id, name, status, source, target }: ConnectionStatus): string {
  const rows = Object.entries(target.streams).map(([stream, state]) => {
    const outcomes = state.outcomes;
    const reading = source.streams[stream];
    return [
      stream,
      reading?.state ?? '-',
      reading?.published ?? 0,
      totalOf(outcomes) - outcomes.deferred - outcomes.parked,
      state.lag,
      reading?.freshness ?? 'never',
    ];
  });
  const { quota } = source;
  return [
    `${name} (${id}): ${status.replaceAll('_', ' ')}`,
    table(['stream', 'reading', 'published', 'settled', 'lag', 'as of'], rows),
    `calls today ${quota.usedToday} of ${quota.perDay}${quota.parkedUntil ? `, parked until ${quota.parkedUntil}` : ''}`,
    `people waiting ${target.waiting.people}, jobs ${target.waiting.jobs}, lists ${target.waiting.lists}; ` +
      (target.gateOpen ? 'opt-outs are in place' : 'people wait until every opt-out is in place'),
    '',
  ].join('\n');
}
