import { STREAMS } from '@portage/records';
import { z } from 'zod';
import { outcomes } from '../report/answers.js';
import { type Bound, type Replay, type ReplayReport } from './replay.js';

const instant = z.iso.datetime({ offset: true });
const offsets = z.record(z.string().regex(/^(\d+|\*)$/), z.int().min(0));
const bound = z
  .union([z.strictObject({ time: instant }), z.strictObject({ offsets })])
  .nullable()
  .default(null);
const ids = z.array(z.string().min(1).max(300)).min(1).max(10_000);

export const replayBody = z.strictObject({
  connectionId: z.string(),
  streams: z.array(z.enum(STREAMS)).min(1).describe('Suppressions are replayed whole and first, named or not.'),
  from: bound.describe('The first record that counts: a time of records, or offsets by partition (`*`: all others).'),
  to: bound.describe('The first record that counts no more.'),
  people: ids.nullable().default(null).describe('Contact ids, or e-mail addresses, which are kept as contact ids.'),
  peopleFollow: z
    .boolean()
    .default(false)
    .describe(
      'More people are named before it is started, by `POST /replays/{id}/people`; its dry run is looked for then.',
    ),
  lists: ids.nullable().default(null).describe('Source list ids: these lists, and whoever is on one of them.'),
  targetConnectionId: z
    .string()
    .nullable()
    .default(null)
    .describe('Into whose Klaviyo account; its own source need not be authorised. Null: the same connection.'),
  mode: z.enum(['dry', 'write']),
  rate: z.number().gt(0).max(1).default(0.5).describe('Share of the limits of the target.'),
  dryRunId: z.string().nullable().default(null).describe('The dry run of the same selection that a write rests on.'),
  yes: z.boolean().default(false).describe('Write without a dry run.'),
});

export const morePeopleBody = z.strictObject({
  people: ids.describe('Contact ids, or e-mail addresses, which are kept as contact ids.'),
});

export const replaysQuery = z.object({ connection: z.string().optional() });

const counts = z.record(z.string(), z.int());

const stream = z.strictObject({
  read: z.int().describe('Records of the connection; equals selected and left out together.'),
  selected: z.int().describe('Equals the sum of the outcomes.'),
  leftOut: counts.describe('By reason.'),
  outcomes,
});

const dryRun = z.strictObject({
  changes: z.strictObject({
    profilesCreated: z.int(),
    profilesUpdated: z.int(),
    unsubscribed: z.int(),
    suppressed: z.int(),
    subscribed: z.int(),
    membershipsAdded: z.int(),
    membershipsRemoved: z.int(),
    listsCreated: z.int(),
    events: z.int(),
    unchanged: z.int().describe('People for whom nothing would change.'),
  }),
  refused: z
    .array(z.strictObject({ reason: z.string(), count: z.int(), examples: z.array(z.string()).readonly() }))
    .readonly(),
  cost: z.strictObject({ requests: counts, minutes: z.number() }),
});

export const replayAnswer = z.strictObject({
  id: z.string(),
  connectionId: z.string(),
  target: z.string().describe('The connection that is loaded into.'),
  mode: z.enum(['dry', 'write']),
  state: z.enum(['created', 'running', 'paused', 'done', 'cancelled', 'failed']),
  reason: z.string().nullable().describe('Why it failed, or what it waits for.'),
  rate: z.number(),
  selection: z.strictObject({
    streams: z.array(z.enum(STREAMS)).readonly(),
    from: z.unknown(),
    to: z.unknown(),
    people: z.int().nullable().describe('How many contacts; null: everyone.'),
    lists: z.array(z.string()).readonly().nullable(),
  }),
  sourcePassAt: z.iso.datetime().nullable().describe('The last complete pass of the source when the replay began.'),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  accounted: z.boolean().describe('Everything that was read is left out for a reason or has an outcome.'),
  streams: z.strictObject({ lists: stream, contacts: stream, suppressions: stream, activities: stream }),
  dryRun: dryRun.nullable(),
});
export type ReplayAnswer = z.infer<typeof replayAnswer>;

export const createdReplay = z.strictObject({
  id: z.string(),
  unknownPeople: z.int().describe('E-mail addresses that are no contact of the connection.'),
});
export const replayState = z.strictObject({ id: z.string(), state: replayAnswer.shape.state });
export const replaysAnswer = z.strictObject({ replays: z.array(replayAnswer) });

export function answerOf(replay: Replay, report: ReplayReport): ReplayAnswer {
  const { id, request, state, reason, plan, createdAt, startedAt, finishedAt } = replay;
  const streams = Object.values(report.streams);
  return {
    id,
    connectionId: request.connectionId,
    target: request.targetConnectionId,
    mode: request.mode,
    state,
    reason,
    rate: request.rate,
    selection: {
      streams: request.streams,
      from: shown(request.from),
      to: shown(request.to),
      people: request.people?.length ?? null,
      lists: request.lists,
    },
    sourcePassAt: plan?.pass ? new Date(plan.pass.completedAt).toISOString() : null,
    createdAt,
    startedAt,
    finishedAt,
    accounted: streams.every(
      ({ read, selected, leftOut, outcomes: of }) =>
        read === selected + Object.values(leftOut).reduce((total, n) => total + n, 0) && of.deferred === 0,
    ),
    streams: report.streams,
    dryRun: report.dryRun && { ...report.dryRun, cost: { ...report.dryRun.cost } },
  };
}

function shown(bound: Bound | null): unknown {
  return bound && 'time' in bound ? { time: new Date(bound.time).toISOString() } : bound;
}
