import { needsConsent, type Standing, statusOf } from './connection.js';

const good: Standing = { disconnected: false, paused: false, source: 'ready', target: 'ready' };

describe('statusOf', () => {
  it.each<[Partial<Standing>, string, boolean]>([
    [{}, 'active', false],
    [{ paused: true }, 'paused', false],
    [{ source: 'awaiting' }, 'awaiting_authorization', true],
    [{ source: 'awaiting', paused: true }, 'awaiting_authorization', true],
    [{ target: 'awaiting' }, 'awaiting_authorization', false],
    [{ source: 'rejected' }, 'reconnect_required', true],
    [{ target: 'rejected' }, 'reconnect_required', false],
    [{ source: 'awaiting', target: 'rejected' }, 'reconnect_required', true],
    [{ source: 'rejected', paused: true }, 'reconnect_required', true],
    [{ disconnected: true, source: 'destroyed', target: 'destroyed' }, 'disconnected', false],
    [{ disconnected: true, source: 'rejected', paused: true }, 'disconnected', false],
  ])('%j is %s; consent needed: %s', (change, status, consent) => {
    expect(statusOf({ ...good, ...change })).toBe(status);
    expect(needsConsent({ ...good, ...change })).toBe(consent);
  });
});
