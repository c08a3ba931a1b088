import { type GroupLags, type PartitionLag } from './lag-answers.js';
import { table } from './render.js';
import { durationOf, fit, type Paint } from './terminal.js';

/** The groups, then the partitions in which something is to be read or wrong, or all of them; at 80 columns. */
export function renderLag(
  { measuredAt, groups }: GroupLags,
  partitions: readonly PartitionLag[],
  options: { readonly all: boolean; readonly now: number; readonly paint: Paint },
): string {
  if (measuredAt === null) return 'Lag has not been measured yet.\n';
  const shown = partitions.filter(({ lag, verdict }) => options.all || lag > 0 || isBad(verdict));
  const groupRows = groups.map((each) => [
    fit(each.group, 42),
    each.members,
    each.lag,
    durationOf(each.seconds),
    each.verdict ?? '-',
  ]);
  const partitionRows = shown.map((each) => [
    fit(`${each.topic}-${each.partition}`, 28),
    each.current ?? '-',
    each.end,
    each.lag,
    durationOf(each.seconds),
    each.verdict ?? '-',
  ]);
  const named = groups.filter(({ group }) => shown.some((each) => each.group === group));
  const sections = named.map(({ group }) => {
    const rows = partitionRows.filter((_, index) => shown[index]?.group === group);
    const head = ['partition', 'current', 'end', 'lag', 'behind', 'verdict'];
    return `\n${options.paint(fit(group, 80), 'quiet')}\n${painted(table(head, rows), options.paint)}\n`;
  });
  const age = durationOf(Math.max(0, options.now - Date.parse(measuredAt)) / 1000);
  const head = ['group', 'members', 'lag', 'behind', 'verdict'];
  return `${painted(table(head, groupRows), options.paint)}\n${sections.join('')}\nmeasured ${age} ago\n`;
}

/** Somebody has to look. */
export function isBad(verdict: string | null): boolean {
  return verdict === 'stalled' || verdict === 'stopped' || verdict === 'rewound';
}

export function paintVerdict(verdict: string, paint: Paint): string {
  if (verdict === 'ok') return paint(verdict, 'good');
  if (verdict === 'warn') return paint(verdict, 'doubtful');
  return isBad(verdict) ? paint(verdict, 'bad') : verdict;
}

/** After the columns are laid out, so that colours need no room; the verdict ends the line. */
function painted(text: string, paint: Paint): string {
  return text.replaceAll(/[a-z]+$/gm, (word) => paintVerdict(word, paint));
}
