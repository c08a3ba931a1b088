import { headerOf, type HttpResponse } from '@portage/http';
import { type Disposition, PortageError, type PortageErrorInit } from '@portage/platform';
import { type Endpoint } from '../endpoint.js';
import { publishedScopes } from '../generated/contract.js';
import { KlaviyoRefusal } from './refusal.js';
import { retryAfterMs } from './retry-after.js';
import { type VendorError, vendorErrors } from './vendor-error.js';

interface Row {
  readonly status: readonly [from: number, to: number];
  /** Only when one of the answer's errors has one of these codes. */
  readonly codes?: readonly string[];
  /** Only when one of the answer's errors says this and points at nothing within the request. */
  readonly words?: RegExp;
  /** Only when the answer is not the vendor's own: a gateway in front of it spoke. */
  readonly foreign?: true;
  readonly code: string;
  readonly disposition: Disposition;
  readonly message: string;
  /** The scopes that the endpoint needs belong to the message. */
  readonly scopes?: true;
  /** The request was understood and its content refused: rows may be named. */
  readonly refusal?: true;
}

/**
 * The one table of what an answer means; the first row that fits wins. The statuses come from recorded answers and the
 * vendor's guide to errors; 413 is in no list of theirs but is what gateways say.
 */
export const classification: readonly Row[] = [
  {
    status: [429, 429],
    code: 'klaviyo.rate_limited',
    disposition: 'throttle',
    message: 'Klaviyo asks to slow down.',
  },
  {
    // A bad private key is documented as 400 and was recorded as 401.
    status: [400, 403],
    codes: ['authentication_failed', 'not_authenticated'],
    code: 'klaviyo.unauthorized',
    disposition: 'reauthorize',
    message: 'Klaviyo does not accept the credential; the owner must give a new one.',
  },
  {
    // Which code and words that documented 400 has is written nowhere; taken for refused content it would cost every row.
    status: [400, 400],
    words: /\bapi[ -]?key\b|authenticat|credentials/i,
    code: 'klaviyo.unauthorized',
    disposition: 'reauthorize',
    message: 'Klaviyo does not accept the credential; the owner must give a new one.',
  },
  {
    status: [401, 401],
    code: 'klaviyo.unauthorized',
    disposition: 'reauthorize',
    message: 'Klaviyo does not accept the credential; the owner must give a new one.',
  },
  {
    status: [413, 413],
    code: 'klaviyo.too_large',
    disposition: 'dead-letter',
    message: 'Klaviyo finds the request too large.',
    refusal: true,
  },
  {
    // A page from the network in front of Klaviyo says nothing about the credential, the rows or what exists.
    status: [400, 499],
    foreign: true,
    code: 'klaviyo.blocked',
    disposition: 'retry',
    message: 'A gateway in front of Klaviyo refuses the request.',
  },
  {
    status: [403, 403],
    code: 'klaviyo.forbidden',
    disposition: 'reauthorize',
    message: 'The Klaviyo credential lacks a scope; the owner must give one that has it.',
    scopes: true,
  },
  {
    status: [400, 400],
    code: 'klaviyo.invalid',
    disposition: 'dead-letter',
    message: 'Klaviyo refuses the content of the request.',
    refusal: true,
  },
  {
    status: [404, 404],
    code: 'klaviyo.not_found',
    disposition: 'skip',
    message: 'Klaviyo does not have this (any more).',
  },
  { status: [408, 408], code: 'klaviyo.unavailable', disposition: 'retry', message: 'Klaviyo did not answer in time.' },
  {
    status: [409, 409],
    codes: ['duplicate_profile'],
    code: 'klaviyo.duplicate_profile',
    disposition: 'dead-letter',
    message: 'Another profile has one of these identifiers.',
    refusal: true,
  },
  {
    status: [409, 409],
    code: 'klaviyo.conflict',
    disposition: 'dead-letter',
    message: 'Klaviyo refuses the request as a conflict.',
    refusal: true,
  },
  {
    status: [410, 410],
    code: 'klaviyo.retired',
    disposition: 'halt',
    message: 'Klaviyo has retired this endpoint or revision.',
  },
  {
    status: [400, 499],
    code: 'klaviyo.request_refused',
    disposition: 'halt',
    message: 'Klaviyo refuses this kind of request.',
  },
  {
    status: [500, 599],
    code: 'klaviyo.unavailable',
    disposition: 'retry',
    message: 'Klaviyo is not available at the moment.',
  },
  {
    status: [0, 999],
    code: 'klaviyo.unexpected',
    disposition: 'retry',
    message: 'Klaviyo gave an answer of an unexpected kind.',
  },
];

/** The error that an answer means, or null for success. Never quotes the answer. Invariant 10. */
export function classify(endpoint: Endpoint, response: HttpResponse): PortageError | null {
  if (response.status >= 200 && response.status < 300) return null;
  const errors = vendorErrors(response);
  const row = classification.find((each) => fits(each, response.status, errors));
  if (!row) throw new RangeError('the classification table has no last row');
  const wait =
    row.disposition === 'throttle' ? { retryAfterMs: retryAfterMs(headerOf(response, 'retry-after'), errors) } : {};
  const init: PortageErrorInit = {
    code: row.code,
    disposition: row.disposition,
    message: row.scopes ? `${row.message} ${needs(endpoint)}` : row.message,
    // A refusal certainly changed nothing; behind a 5xx anything may have been carried out.
    details: { endpoint, status: response.status, sent: row.disposition === 'retry' },
    ...wait,
  };
  return row.refusal ? new KlaviyoRefusal(init, errors ?? []) : new PortageError(init);
}

/** Which of them is missing the answer does not say in any documented way. */
function needs(endpoint: Endpoint): string {
  return `${endpoint} needs ${publishedScopes[endpoint].join(', ')}.`;
}

function fits(row: Row, status: number, errors: readonly VendorError[] | null): boolean {
  if (status < row.status[0] || status > row.status[1]) return false;
  if (row.foreign && errors !== null) return false;
  const { words } = row;
  if (words && !(errors ?? []).some(({ pointer, detail }) => isAtTop(pointer) && words.test(detail))) return false;
  return row.codes === undefined || (errors ?? []).some(({ code }) => row.codes?.includes(code));
}

function isAtTop(pointer: string | null): boolean {
  return pointer === null || /^\/(data\/?)?$/.test(pointer);
}
