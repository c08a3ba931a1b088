import { type z } from 'zod';
import { type Progress, type Run, type statusSchema, streams } from './answers.js';
import { type GroupLags } from './lag-answers.js';
import { paintVerdict } from './lag-view.js';
import { table } from './render.js';
import { totalOf } from './report.js';
import { durationOf, type Paint } from './terminal.js';

export interface ConnectionStatus {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly source: z.infer<typeof statusSchema>;
  readonly target: Progress;
}

export interface Status {
  readonly connections: readonly ConnectionStatus[];
  readonly lag: GroupLags;
}

export interface StatusView {
  readonly now: number;
  readonly paint: Paint;
}

/** Where everything stands, at 80 columns. */
export function renderStatus({ connections, lag }: Status, view: StatusView): string {
  if (connections.length === 0) return 'There is no connection yet.\n';
  return connections.map((each) => renderConnection(each, lag.groups, view)).join('\n');
}

function renderConnection(connection: ConnectionStatus, groups: Status['lag']['groups'], view: StatusView): string {
  const { id, name, status, target } = connection;
  const gate = target.gateOpen ? 'opt-outs are in place' : 'people wait until every opt-out is in place';
  const { people, jobs, lists } = target.waiting;
  return [
    `${name} (${id}): ${status.replaceAll('_', ' ')}`,
    streamTable(connection, groups, view),
    ...loading(connection),
    ...standing(connection, view.now),
    ...passLines(connection, view.now),
    `waiting: ${people} people, ${jobs} jobs, ${lists} lists; ${gate}`,
    ...refusal(target, view.paint),
    ...finalLook(target),
    ...parkedStreams(target, view),
    ...parkedActivities(target, view),
    ...rejections(connection, view.paint),
    '',
  ].join('\n');
}

function streamTable({ source, target }: ConnectionStatus, groups: Status['lag']['groups'], view: StatusView): string {
  const rows = streams.map((stream) => {
    const reading = source.streams[stream];
    const group = groups.find((each) => each.group.endsWith(`.loader.${stream}`));
    return [
      stream,
      reading?.state ?? '-',
      reading?.published ?? 0,
      settledOf(target.streams[stream].outcomes),
      target.streams[stream].lag,
      group ? durationOf(group.seconds) : '-',
      reading?.freshness ? durationOf(Math.max(0, view.now - Date.parse(reading.freshness)) / 1000) : 'never',
      group?.verdict ?? '-',
    ];
  });
  const head = ['stream', 'reading', 'published', 'settled', 'lag', 'behind', 'age', 'verdict'];
  return table(head, rows).replaceAll(/[a-z]+$/gm, (word) => paintVerdict(word, view.paint));
}

/** Streams that are not read for now, and why. */
function standing({ source }: ConnectionStatus, now: number): string[] {
  const lines = streams.flatMap((stream) => {
    const { state = '', reason, since } = source.streams[stream] ?? {};
    if (!['paused', 'parked', 'failed'].includes(state)) return [];
    // What keeps the whole pass is said of the pass.
    const why = reason === source.run?.reason ? '' : reasonOf({ reason });
    return [{ stream, text: `${state}${since ? ` since ${timeOf(since, now)}` : ''}${why}` }];
  });
  const texts = Map.groupBy(lines, ({ text }) => text);
  return [...texts].map(([text, those]) => `${those.map(({ stream }) => stream).join(', ')}: ${text}`);
}

function refusal({ refusal: refused }: Progress, paint: Paint): string[] {
  return refused ? folded(`Klaviyo REFUSES: ${refused.words}`).map((line) => paint(line, 'bad')) : [];
}

function folded(text: string): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined) return [word];
    return last.length + word.length < 80 ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, `  ${word}`];
  }, []);
}

/** Each of them has a letter. */
function rejections({ target }: ConnectionStatus, paint: Paint): string[] {
  const counts = streams.flatMap((stream) => Object.values(target.streams[stream].outcomes.rejected));
  const rejected = counts.reduce((sum, count) => sum + count, 0);
  return rejected === 0 ? [] : [paint(`rejected: ${rejected} records, see "portage dead-letters list"`, 'doubtful')];
}

function parkedActivities({ parkedActivities: parked }: Progress, { now, paint }: StatusView): string[] {
  if (!parked) return [];
  const until = parked.deliverBefore ? `, to be delivered before ${timeOf(parked.deliverBefore, now)}` : '';
  return [paint(`${parked.count} activities are parked${until}`, 'doubtful')];
}

/** Each takes two lines, so that any reason fits. */
function parkedStreams({ parkedStreams: parked }: Progress, { now, paint }: StatusView): string[] {
  return parked.flatMap(({ stream, rows, rejected, code, nextTryAt }) => [
    paint(`${stream} PARKED: Klaviyo rejected ${rejected} of the last ${rows} rows`, 'bad'),
    `  (${code ?? 'no reason given'}); a few are tried again at ${timeOf(nextTryAt, now)}, or by "portage probe"`,
  ]);
}

/** Shown while it lasts, and for good where it found something. */
function finalLook({ finalLook: { state, optOuts, sentAgain } }: Progress): string[] {
  if (state === 'waiting' || (state === 'done' && sentAgain === 0)) return [];
  const read = state === 'done' ? 'were read back' : 'read back';
  return [`end of the migration: ${optOuts} opt-outs ${read}, ${sentAgain} written anew`];
}

/**
 * A bar as long as something is on its way. Against what is on the topics and in the ledger, not against what was ever
 * published: of a key that was published twice only the newest record has a fate of its own.
 */
function loading({ target }: ConnectionStatus): string[] {
  const settled = streams.reduce((sum, stream) => sum + settledOf(target.streams[stream].outcomes), 0);
  const open = streams.reduce((sum, stream) => sum + openOf(target.streams[stream]), 0);
  if (open === 0) return [];
  const share = settled / (settled + open);
  return [`loaded [${bar(share, 40)}] ${Math.floor(share * 100)}%`];
}

export function bar(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.floor(share * width)));
  return '#'.repeat(full) + '.'.repeat(width - full);
}

function passLines({ source }: ConnectionStatus, now: number): string[] {
  const { run, quota, forecast, nextRunAt } = source;
  const open = run && ['waiting', 'running', 'parked'].includes(run.state);
  const pass = open ? [`pass ${run.state}${run.phase ? ` (${run.phase})` : ''}${reasonOf(run)}`] : [];
  const failed = run?.state === 'failed' || run?.state === 'stopped' ? [`last pass ${run.state}${reasonOf(run)}`] : [];
  const needs = forecast
    ? [
        `needs ${forecast.counted ? 'about' : 'at least'} ${forecast.calls} calls more, done by ${timeOf(forecast.doneBy, now)}`,
      ]
    : [];
  const parked = quota.parkedUntil ? `, parked until ${timeOf(quota.parkedUntil, now)}` : '';
  const calls = `calls today ${quota.usedToday} of ${quota.perDay}${parked}`;
  return [...pass, ...failed, ...needs, nextRunAt ? `${calls}; next pass ${timeOf(nextRunAt, now)}` : calls];
}

function reasonOf({ reason }: Pick<Run, 'reason'>): string {
  return reason ? `: ${reason}` : '';
}

/** The day only where it is not today's. */
function timeOf(iso: string, now: number): string {
  const today = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return `${today ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC`;
}

function settledOf(outcomes: ConnectionStatus['target']['streams']['lists']['outcomes']): number {
  return totalOf(outcomes) - outcomes.deferred - outcomes.parked;
}

function openOf({ outcomes, lag }: ConnectionStatus['target']['streams']['lists']): number {
  return outcomes.deferred + outcomes.parked + lag;
}
