import { type HttpResponse } from '@portage/http';
import { type Disposition } from '@portage/platform';
import { classification, classify } from './classify.js';
import { isRefusal } from './refusal.js';

const html = '<html><body>Sorry, you have been blocked</body></html>';
const errors = (code: string, more: object = {}) =>
  JSON.stringify({
    errors: [{ id: 'x', status: 400, code, title: 'Invalid input.', detail: 'ann@portage.test', ...more }],
  });

interface Case {
  readonly status: number;
  readonly text: string;
  readonly headers?: Record<string, string>;
  readonly code: string;
  readonly disposition: Disposition;
  readonly sent?: boolean;
  readonly refusal?: boolean;
  readonly retryAfterMs?: number;
}

const cases: Case[] = [
  {
    status: 429,
    text: '',
    headers: { 'retry-after': '7' },
    code: 'klaviyo.rate_limited',
    disposition: 'throttle',
    retryAfterMs: 7000,
  },
  {
    status: 429,
    text: errors('throttled', { detail: 'Request was throttled. Expected available in 3 seconds.' }),
    code: 'klaviyo.rate_limited',
    disposition: 'throttle',
    retryAfterMs: 3000,
  },
  { status: 429, text: html, code: 'klaviyo.rate_limited', disposition: 'throttle', retryAfterMs: 1000 },
  { status: 400, text: errors('not_authenticated'), code: 'klaviyo.unauthorized', disposition: 'reauthorize' },
  {
    status: 400,
    text: errors('invalid', { detail: 'The API key specified is invalid.', source: { pointer: '/data/' } }),
    code: 'klaviyo.unauthorized',
    disposition: 'reauthorize',
  },
  {
    status: 400,
    text: errors('invalid', { detail: 'No api-key@x.test.', source: { pointer: '/data/attributes/profiles/data/0' } }),
    code: 'klaviyo.invalid',
    disposition: 'dead-letter',
    refusal: true,
  },
  { status: 403, text: errors('authentication_failed'), code: 'klaviyo.unauthorized', disposition: 'reauthorize' },
  { status: 401, text: errors('authentication_failed'), code: 'klaviyo.unauthorized', disposition: 'reauthorize' },
  { status: 401, text: html, code: 'klaviyo.unauthorized', disposition: 'reauthorize' },
  { status: 403, text: html, code: 'klaviyo.blocked', disposition: 'retry', sent: true },
  { status: 403, text: errors('permission_denied'), code: 'klaviyo.forbidden', disposition: 'reauthorize' },
  { status: 400, text: errors('invalid'), code: 'klaviyo.invalid', disposition: 'dead-letter', refusal: true },
  ...[400, 404, 405, 409, 410, 418].map((status) => ({
    status,
    text: html,
    code: 'klaviyo.blocked',
    disposition: 'retry' as const,
    sent: true,
  })),
  { status: 400, text: '{"message":"no"}', code: 'klaviyo.blocked', disposition: 'retry', sent: true },
  { status: 404, text: errors('not_found'), code: 'klaviyo.not_found', disposition: 'skip' },
  { status: 408, text: errors('timeout'), code: 'klaviyo.unavailable', disposition: 'retry', sent: true },
  {
    status: 409,
    text: errors('duplicate_profile'),
    code: 'klaviyo.duplicate_profile',
    disposition: 'dead-letter',
    refusal: true,
  },
  { status: 409, text: errors('other'), code: 'klaviyo.conflict', disposition: 'dead-letter', refusal: true },
  { status: 410, text: errors('gone'), code: 'klaviyo.retired', disposition: 'halt' },
  { status: 413, text: html, code: 'klaviyo.too_large', disposition: 'dead-letter', refusal: true },
  { status: 405, text: errors('method_not_allowed'), code: 'klaviyo.request_refused', disposition: 'halt' },
  { status: 415, text: errors('unsupported_media_type'), code: 'klaviyo.request_refused', disposition: 'halt' },
  { status: 500, text: '', code: 'klaviyo.unavailable', disposition: 'retry', sent: true },
  { status: 503, text: html, code: 'klaviyo.unavailable', disposition: 'retry', sent: true },
  { status: 524, text: html, code: 'klaviyo.unavailable', disposition: 'retry', sent: true },
  { status: 302, text: '', code: 'klaviyo.unexpected', disposition: 'retry', sent: true },
];

const responseOf = ({ status, text, headers = {} }: Pick<Case, 'status' | 'text' | 'headers'>): HttpResponse => ({
  status,
  headers,
  text,
});

describe('classify', () => {
  it.each(cases)('$status is $code', (row) => {
    const error = classify('POST /api/lists', responseOf(row));
    expect(error).toMatchObject({ code: row.code, disposition: row.disposition });
    expect(error?.details).toEqual({ endpoint: 'POST /api/lists', status: row.status, sent: row.sent ?? false });
    expect(error?.retryAfterMs).toBe(row.retryAfterMs);
    expect(isRefusal(error)).toBe(row.refusal ?? false);
  });

  it('names the scopes that the endpoint needs', () => {
    const response = responseOf({ status: 403, text: errors('permission_denied') });
    const error = classify('POST /api/profile-suppression-bulk-create-jobs', response);
    expect(error?.message).toMatch(/suppression-bulk-create-jobs needs profiles:write, subscriptions:write\.$/);
  });

  it('has a case for every row of the table', () => {
    const covered = new Set(cases.map(({ code, disposition }) => `${code} ${disposition}`));
    for (const { code, disposition } of classification) expect(covered).toContain(`${code} ${disposition}`);
  });

  it.each([200, 201, 202, 204])('%p is a success', (status) => {
    expect(classify('GET /api/lists', responseOf({ status, text: '' }))).toBeNull();
  });

  it('never quotes the answer (invariant 10)', () => {
    for (const row of cases) {
      const error = classify('GET /api/profiles', responseOf(row));
      expect(`${error?.message} ${JSON.stringify(error?.details)}`).not.toMatch(/ann@|blocked</);
    }
  });
});
