import { isTargetUsable, lacksConsent, type Standing, statusOf } from './connection.js';

const good: Standing = {
  disconnected: false,
  paused: false,
  source: 'ready',
  target: 'ready',
  targetKind: 'private_key',
};

describe('statusOf', () => {
  it.each<[Partial<Standing>, string, ReturnType<typeof lacksConsent>]>([
    [{}, 'active', undefined],
    [{ paused: true }, 'paused', undefined],
    [{ source: 'awaiting' }, 'awaiting_authorization', 'constant-contact'],
    [{ source: 'awaiting', paused: true }, 'awaiting_authorization', 'constant-contact'],
    [{ target: 'awaiting' }, 'awaiting_authorization', undefined],
    [{ source: 'rejected' }, 'reconnect_required', 'constant-contact'],
    [{ target: 'rejected' }, 'reconnect_required', undefined],
    [{ source: 'awaiting', target: 'rejected' }, 'reconnect_required', 'constant-contact'],
    [{ source: 'rejected', paused: true }, 'reconnect_required', 'constant-contact'],
    [{ target: 'awaiting', targetKind: 'oauth' }, 'awaiting_authorization', 'klaviyo'],
    [{ target: 'rejected', targetKind: 'oauth' }, 'reconnect_required', 'klaviyo'],
    [{ source: 'awaiting', target: 'awaiting', targetKind: 'oauth' }, 'awaiting_authorization', 'constant-contact'],
    [{ disconnected: true, source: 'destroyed', target: 'destroyed' }, 'disconnected', undefined],
    [{ disconnected: true, source: 'rejected', paused: true }, 'disconnected', undefined],
  ])('%j is %s; consent lacks of: %s', (change, status, consent) => {
    expect(statusOf({ ...good, ...change })).toBe(status);
    expect(lacksConsent({ ...good, ...change })).toBe(consent);
  });
});

describe('isTargetUsable', () => {
  it.each<[Partial<Standing>, boolean]>([
    [{}, true],
    [{ source: 'awaiting' }, true],
    [{ source: 'rejected' }, true],
    [{ target: 'awaiting' }, false],
    [{ target: 'rejected' }, false],
    [{ paused: true }, false],
    [{ source: 'awaiting', paused: true }, false],
    [{ disconnected: true }, false],
  ])('%j: %s', (change, usable) => {
    expect(isTargetUsable({ ...good, ...change })).toBe(usable);
  });
});
