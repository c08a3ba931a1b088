import { type FinishedVerification } from './verification.js';
import { renderCsv, renderPage, renderText } from './verify-render.js';

const counts = { lists: 1, contacts: 2, suppressions: 0, activities: 3 };
const verification: FinishedVerification = {
  id: 'v1',
  connectionId: 'c1',
  state: 'done',
  request: { repair: [], sample: null },
  requestedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:01:00.000Z',
  reason: null,
  report: {
    equal: false,
    source: null,
    sourceMissing: 'The poller does not answer.',
    topic: counts,
    ledger: { ...counts, people: 2 },
    compared: 2,
    klaviyo: { profiles: 2, subscribed: 1, suppressed: 0, lists: 1, memberships: 1, events: { opened: 3 } },
    classes: [
      {
        class: 'missing_opt_out',
        severity: 'difference',
        words: 'Unsubscribed at the source; Klaviyo does not say so.',
        count: 7,
        repair: 'opt_outs',
        repaired: 7,
        examples: [
          { id: 'a', detail: 'permission' },
          { id: '=b"c', detail: null, email: '<x>@northwind.net' },
        ],
      },
      {
        class: 'consent_conflict',
        severity: 'note',
        words: 'The owner decides.',
        count: 1,
        repair: null,
        repaired: 0,
        examples: [],
      },
    ],
  },
};

describe('a verification', () => {
  it('is readable at 80 columns', () => {
    const text = renderText(verification);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(80);
    expect(text).toContain('missing_opt_out: 7, 7 handed on for repair');
    expect(text).toContain('(note) consent_conflict: 1');
    expect(text).toContain('7 differences.');
  });

  it('is CSV that no sheet program takes for a formula', () => {
    expect(renderCsv(verification).split('\r\n')).toEqual([
      'class,severity,id,detail,email,count,repaired',
      'missing_opt_out,difference,a,permission,,7,7',
      `missing_opt_out,difference,"'=b""c",,<x>@northwind.net,7,7`,
      '',
    ]);
  });

  it('is a page in which nothing is markup but its own', () => {
    const page = renderPage(verification);
    expect(page).not.toContain('<x>');
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;x&#62;@northwind.net');
  });
});
