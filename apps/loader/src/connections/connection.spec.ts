import { connectionOf } from './connection.js';

const given: Parameters<typeof connectionOf>[0] = {
  id: 'c',
  status: 'active',
  createdAt: '2026-01-01T00:00:00.000Z',
  options: {
    createLists: true,
    listMap: {},
    collectEngagement: true,
    consent: 'explicit',
    metricSuffix: '',
    historyDays: 90,
  },
  constantContact: { countryCode: null },
  klaviyo: { accountId: 'K', usable: true },
};

describe('a connection', () => {
  it.each([
    ['active', true, true],
    ['reconnect_required', true, true],
    ['paused', false, false],
    ['disconnected', false, false],
    // Nothing comes of a source that was never authorised, but a replay may load into its account.
    ['awaiting_authorization', true, true],
    ['awaiting_authorization', false, false],
    ['something new', true, false],
  ])('that is %s, with a usable target: %s, is worked for: %s', (status, usable, working) => {
    const klaviyo = { ...given.klaviyo, usable };
    expect(connectionOf({ ...given, status, klaviyo }).working).toBe(working);
  });
});
