import { table } from './render.js';
import { type FinishedVerification } from './verification.js';

type Report = FinishedVerification['report'];

/** As a person reads it, at 80 columns. */
export function renderText(verification: FinishedVerification): string {
  const { report } = verification;
  const lines = report.classes.flatMap(({ class: name, severity, words, count, repaired, examples }) => [
    `${severity === 'note' ? '(note) ' : ''}${name}: ${count}${repaired > 0 ? `, ${repaired} handed on for repair` : ''}`,
    `  ${words}`,
    ...examples.slice(0, SHOWN).map((example) => `    ${exampleText(example)}`.slice(0, 79)),
    ...(count > SHOWN ? [`    ... ${count - SHOWN} more`] : []),
  ]);
  return [
    table(['stream', 'source', 'topic', 'ledger'], countRows(report)),
    '',
    klaviyoLine(report),
    `People compared ${report.compared} of ${report.ledger.people}`,
    ...(report.sourceMissing === null ? [] : [report.sourceMissing]),
    '',
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    verdict(report),
    '',
  ].join('\n');
}

const SHOWN = 5;

/** One line an example; what a report does not list is in the counts only. */
export function renderCsv({ report }: FinishedVerification): string {
  const head = ['class', 'severity', 'id', 'detail', 'email', 'count', 'repaired'];
  const rows = report.classes.flatMap(({ class: name, severity, count, repaired, examples }) =>
    examples.map(({ id, detail, email }) => [name, severity, id, detail ?? '', email ?? '', count, repaired]),
  );
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A sheet program takes a text that begins with one of these signs for a formula. */
function cell(value: string | number): string {
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One page without script or anything from elsewhere. */
export function renderPage(verification: FinishedVerification): string {
  const { report, connectionId, requestedAt } = verification;
  const rows = countRows(report).map((row) => `<tr>${row.map((each) => `<td>${escaped(each)}</td>`).join('')}</tr>`);
  const sections = report.classes.map(
    ({ class: name, severity, words, count, repaired, examples }) =>
      `<section><h2>${escaped(name)}: ${count}${severity === 'note' ? ' <small>note</small>' : ''}</h2>
<p>${escaped(words)}${repaired > 0 ? ` ${repaired} handed on for repair.` : ''}</p>
<ul>${examples.map((example) => `<li>${escaped(exampleText(example))}</li>`).join('')}</ul>
${count > examples.length ? `<p>${count - examples.length} more are not listed.</p>` : ''}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Verification</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
td,th{padding:.2rem .8rem;text-align:right}td:first-child,th:first-child{text-align:left}h2{font-size:1.1rem}</style></head>
<body><main><h1>${escaped(verdict(report))}</h1>
<p>Connection ${escaped(connectionId)}, asked for at ${escaped(requestedAt)}. People compared: ${report.compared} of ${report.ledger.people}.</p>
<table><thead><tr><th>stream</th><th>source</th><th>topic</th><th>ledger</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p>${escaped(report.sourceMissing ?? '')}</p><p>${escaped(klaviyoLine(report))}</p>
${sections.join('\n')}</main></body></html>
`;
}

function countRows({ source, topic, ledger }: Report): (string | number)[][] {
  return (['lists', 'contacts', 'suppressions', 'activities'] as const).map((stream) => [
    stream,
    source?.[stream] ?? '-',
    topic[stream],
    ledger[stream],
  ]);
}

function klaviyoLine({ klaviyo }: Report): string {
  const events = Object.entries(klaviyo.events).map(([type, n]) => `${type} ${n}`);
  const { profiles, subscribed, suppressed, lists, memberships } = klaviyo;
  return `Klaviyo: profiles ${profiles}, subscribed ${subscribed}, suppressed ${suppressed},\n  lists ${lists}, memberships ${memberships}, events ${events.join(', ') || 'none'}`;
}

function verdict({ equal, classes }: Report): string {
  if (equal) return 'Everything is as it should be.';
  const total = classes.reduce((sum, { severity, count }) => sum + (severity === 'difference' ? count : 0), 0);
  return `${total} differences.`;
}

function exampleText({ id, detail, email }: { id: string; detail: string | null; email?: string | undefined }): string {
  return [id, detail, email].filter((part) => part !== null && part !== undefined).join('  ');
}

function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
