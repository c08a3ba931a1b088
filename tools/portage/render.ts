import { type Report, totalOf } from './report.js';
import { type Outcomes, streams } from './answers.js';

/** The report as a person reads it, at 80 columns. */
export function renderReport(report: Report): string {
  const rows = streams.map((stream) => {
    const { source, published, topic, outcomes } = report.streams[stream];
    return [stream, source, published, topic, totalOf(outcomes) - outcomes.parked - outcomes.deferred];
  });
  const fates = streams.map((stream) => `  ${stream.padEnd(13)} ${fatesOf(report.streams[stream].outcomes)}`);
  const { klaviyo } = report;
  return [
    '',
    table(['stream', 'source', 'published', 'on topic', 'settled'], rows),
    '',
    'Fate of every record',
    ...fates,
    '',
    'Read back from Klaviyo',
    `  profiles ${klaviyo.profiles}, subscribed ${klaviyo.subscribed}, suppressed ${klaviyo.suppressed}`,
    `  lists ${klaviyo.lists}, memberships ${klaviyo.memberships}`,
    `  events ${listed(klaviyo.events)}`,
    '',
    'Calls',
    ...wrapped('  Constant Contact: ', listed(report.calls.constantContact)),
    ...wrapped('  Klaviyo: ', listed(report.calls.klaviyo)),
    '',
    ...wrapped('Seconds: ', listed(report.seconds)),
    '',
    report.accounted ? 'Every record is accounted for.' : 'NOT every record is accounted for: see the figures above.',
    '',
  ].join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function fatesOf(outcomes: Outcomes): string {
  const named = {
    delivered: outcomes.delivered,
    unchanged: outcomes.unchanged,
    ...prefixed('skipped', outcomes.skipped),
    ...prefixed('rejected', outcomes.rejected),
    parked: outcomes.parked,
    deferred: outcomes.deferred,
  };
  return listed(Object.fromEntries(Object.entries(named).filter(([, count]) => count > 0))) || 'none';
}

function prefixed(name: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([reason, count]) => [`${name}(${reason})`, count]));
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${Number.isInteger(count) ? count : count.toFixed(1)}`)
    .join(', ');
}

function wrapped(label: string, text: string): string[] {
  const indent = '    ';
  const lines: string[] = [];
  let line = label;
  for (const part of text.split(', ')) {
    const addition = line === label || line === indent ? part : `, ${part}`;
    if (line.length + addition.length > 79) {
      lines.push(`${line},`);
      line = indent + part;
    } else {
      line += addition;
    }
  }
  return [...lines, line];
}
