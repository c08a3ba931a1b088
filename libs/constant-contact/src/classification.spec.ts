import { classify, errorKeyOf } from './classification.js';

const quota = { error_key: 'quota_exceeded', error_message: 'Limit Exceeded' };
const throttled = { error_key: 'throttled', error_message: 'Too Many Requests' };
const validation = [{ error_key: 'contacts.api.validation.error', error_message: 'limit' }];
const html = undefined;

describe('the classification table', () => {
  it.each([
    ['a page', 200, { contacts: [] }, undefined, undefined],
    ['an empty object', 200, {}, undefined, undefined],
    ['HTML under a 200', 200, html, 'constant_contact.unreadable', 'retry'],
    ['a body cut off', 200, html, 'constant_contact.unreadable', 'retry'],
    ['bare text', 200, 'ok', 'constant_contact.unreadable', 'retry'],
    ['still computing', 202, { status: 'processing' }, 'constant_contact.not_ready', 'retry'],
    ['a redirect', 302, html, 'constant_contact.unreadable', 'retry'],
    ['a refused request, as an array', 400, validation, 'constant_contact.refused', 'halt'],
    ['an expired token', 401, { error_key: 'unauthorized' }, 'constant_contact.unauthorized', 'reauthorize'],
    ['an expired token, OAuth form', 401, { error: 'invalid_token' }, 'constant_contact.unauthorized', 'reauthorize'],
    ['a missing privilege', 403, { error_key: 'access_denied' }, 'constant_contact.forbidden', 'halt'],
    ['a 403 of the gateway', 403, html, 'constant_contact.unavailable', 'retry'],
    ['a 403 of the gateway, in JSON', 403, { message: 'Forbidden' }, 'constant_contact.unavailable', 'retry'],
    ['an unknown id', 404, [{ error_key: 'not_found' }], 'constant_contact.not_found', 'skip'],
    ['an unknown id of the reports', 404, { error_key: 'reportingsvc.x' }, 'constant_contact.not_found', 'skip'],
    ['a 404 of the gateway', 404, html, 'constant_contact.nowhere', 'retry'],
    ['a 404 of the gateway, in JSON', 404, { message: 'Not Found' }, 'constant_contact.nowhere', 'retry'],
    ['a wrong method', 405, validation, 'constant_contact.refused', 'halt'],
    ['a timeout of theirs', 408, html, 'constant_contact.unavailable', 'retry'],
    ['a spent day', 429, quota, 'constant_contact.quota_exceeded', 'throttle'],
    ['a spent day, as an array', 429, [quota], 'constant_contact.quota_exceeded', 'throttle'],
    ['a busy second', 429, throttled, 'constant_contact.throttled', 'throttle'],
    ['a 429 that says nothing', 429, html, 'constant_contact.throttled', 'throttle'],
    ['a fault of theirs', 500, { error_key: 'internal' }, 'constant_contact.unavailable', 'retry'],
    ['a gateway, in HTML', 502, html, 'constant_contact.unavailable', 'retry'],
    ['maintenance', 503, html, 'constant_contact.unavailable', 'retry'],
  ])('%s (%i)', (_name, status, body, code, disposition) => {
    const resolution = classify({ status, body });
    expect([resolution?.code, resolution?.disposition]).toEqual([code, disposition]);
  });

  it.each([
    ['a next link refused', 400, validation, 'constant_contact.cursor_expired', 'retry'],
    ['a next link unknown', 404, [{ error_key: 'not_found' }], 'constant_contact.cursor_expired', 'retry'],
    ['a next link gone', 410, html, 'constant_contact.cursor_expired', 'retry'],
    ['a fault behind a next link', 500, html, 'constant_contact.unavailable', 'retry'],
    ['a spent day behind a next link', 429, quota, 'constant_contact.quota_exceeded', 'throttle'],
  ])('%s (%i)', (_name, status, body, code, disposition) => {
    const resolution = classify({ status, body, followed: true });
    expect([resolution?.code, resolution?.disposition]).toEqual([code, disposition]);
  });

  it('tells the owner what to do where a human must act', () => {
    expect(classify({ status: 403, body: { error_key: 'access_denied' } })?.message).toContain('must reconnect');
  });

  it('finds the error key in every form of body', () => {
    expect(
      [validation, throttled, { error: 'invalid_grant' }, { message: 'x' }, 'x', null, []].map(errorKeyOf),
    ).toEqual([
      'contacts.api.validation.error',
      'throttled',
      'invalid_grant',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
