import { streams } from './answers.js';
import { table } from './render.js';
import { type Replay } from './replay-answers.js';
import { totalOf } from './report.js';

/** A replay as a person reads it, at 80 columns. */
export function renderReplay(replay: Replay): string {
  const { id, mode, state, reason, connectionId, target, dryRun } = replay;
  const rows = streams.map((stream) => {
    const { read, selected, outcomes } = replay.streams[stream];
    const { delivered, unchanged, deferred } = outcomes;
    return [stream, read, selected, delivered, unchanged, sum(outcomes.skipped) + sum(outcomes.rejected), deferred];
  });
  const head = ['stream', 'read', 'selected', mode === 'dry' ? 'changes' : 'delivered', 'unchanged', 'refused', 'open'];
  const into = target === connectionId ? '' : `\ninto ${target}`;
  return [
    `replay ${id} (${mode}): ${state}${reason === null ? '' : `: ${reason}`}`,
    `of ${connectionId}${into}`,
    '',
    table(head, rows),
    '',
    ...(dryRun ? dryLines(dryRun) : reasonLines(replay)),
    ...(state === 'done' && !replay.accounted ? ['NOT every record is accounted for: see the figures above.', ''] : []),
  ].join('\n');
}

function dryLines({ changes, refused, cost }: NonNullable<Replay['dryRun']>): string[] {
  const named = Object.entries(changes).filter(([, count]) => count > 0);
  return [
    'What would change',
    ...(named.length === 0 ? ['  nothing'] : named.map(([name, count]) => `  ${wordsFor(name).padEnd(22)} ${count}`)),
    '',
    `What it would cost: ${sum(cost.requests)} requests, ${cost.minutes} minutes at least`,
    ...Object.entries(cost.requests).map(([endpoint, count]) => `  ${String(count).padStart(8)}  ${endpoint}`),
    '',
    'Who would be refused',
    ...(refused.length === 0
      ? ['  nobody']
      : refused.map(
          ({ reason, count, examples }) => `  ${String(count).padStart(8)}  ${reason}, such as ${examples[0] ?? '-'}`,
        )),
    '',
  ];
}

function reasonLines({ streams: of }: Replay): string[] {
  const lines = streams.flatMap((stream) => {
    const { outcomes, leftOut } = of[stream];
    return [
      ...Object.entries(outcomes.skipped).map(
        ([reason, count]) => `  ${stream.padEnd(13)} skipped(${reason}) ${count}`,
      ),
      ...Object.entries(outcomes.rejected).map(([code, count]) => `  ${stream.padEnd(13)} rejected(${code}) ${count}`),
      ...Object.entries(leftOut).map(([reason, count]) => `  ${stream.padEnd(13)} left out (${reason}) ${count}`),
    ];
  });
  return lines.length === 0 ? [] : ['Why not', ...lines, ''];
}

/** For whoever waits: one line. */
export function progressLine({ state, reason, streams: of }: Replay): string {
  const parts = streams.map((stream) => {
    const { selected, outcomes } = of[stream];
    return `${stream} ${totalOf(outcomes) - outcomes.deferred}/${selected}`;
  });
  return `${state}: settled/selected ${parts.join(' ')}${reason === null ? '' : `; ${reason}`}`;
}

export function renderReplays(replays: readonly Replay[]): string {
  if (replays.length === 0) return 'There are no replays.\n';
  const rows = replays.map(({ id, mode, state, createdAt, streams: of }) => {
    return [id, mode, state, createdAt.slice(0, 16), streams.reduce((total, stream) => total + of[stream].selected, 0)];
  });
  return `${table(['id', 'mode', 'state', 'created', 'selected'], rows)}\n`;
}

function wordsFor(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
