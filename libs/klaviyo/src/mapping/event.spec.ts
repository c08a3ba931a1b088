import { type Activity, type ActivityType, activityTypeSymbols } from '@portage/records';
import { mapEvent } from './event.js';
import { metricName } from './metric-name.js';

const suffix = '(Constant Contact)';
const clicked: Activity = {
  meta: { op: 'upsert', connectionId: 'k', accountId: 'a', runId: 'r', observedAt: 1, version: 1 },
  contactId: 'c1',
  type: 'clicked',
  campaignId: 'camp',
  campaignActivityId: 'act',
  campaignName: 'Spring',
  subject: 'Hello',
  email: 'ann@portage.test',
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  url: 'https://portage.test/',
  urlId: '0',
  device: '',
  bounceCode: null,
  optOutReason: null,
  dedupKey: 'abc',
};

describe('mapEvent', () => {
  it('says what happened, when, and under which identity', () => {
    expect(mapEvent(clicked, { suffix })).toEqual({
      email: 'ann@portage.test',
      metric: 'Clicked Email (Constant Contact)',
      time: '2026-01-02T03:04:05.000Z',
      uniqueId: 'abc',
      properties: {
        'Campaign Name': 'Spring',
        'Campaign ID': 'camp',
        'Campaign Activity ID': 'act',
        Subject: 'Hello',
        URL: 'https://portage.test/',
        'URL ID': '0',
      },
    });
  });

  it("goes to the contact's present address where that is given", () => {
    expect(mapEvent(clicked, { suffix, email: 'new@portage.test' })).toMatchObject({ email: 'new@portage.test' });
  });

  it('names a bounce by its code and a leaving by its reason', () => {
    const bounced = mapEvent({ ...clicked, type: 'bounced', bounceCode: 'B' }, { suffix });
    expect(bounced).toMatchObject({ properties: { 'Bounce Code': 'B' } });
    const left = mapEvent({ ...clicked, type: 'opted_out', optOutReason: 'too many' }, { suffix });
    expect(left).toMatchObject({ properties: { 'Opt-Out Reason': 'too many' } });
  });

  it.each<{ over: Partial<Activity>; rejected: string }>([
    { over: { type: 'unknown' }, rejected: 'klaviyo.event_type_unknown' },
    { over: { type: 'shared' as ActivityType }, rejected: 'klaviyo.event_type_unknown' },
    { over: { email: null }, rejected: 'klaviyo.event_without_address' },
    { over: { createdAt: Date.UTC(1990, 11, 31) }, rejected: 'klaviyo.event_too_old' },
    { over: { createdAt: Number.NaN }, rejected: 'klaviyo.event_too_old' },
    { over: { url: `https://portage.test/${'x'.repeat(100_000)}` }, rejected: 'klaviyo.event_too_large' },
  ])('$rejected', ({ over, rejected }) => {
    expect(mapEvent({ ...clicked, ...over }, { suffix })).toEqual({ rejected });
  });

  it('rejects a metric whose name the vendor would not take', () => {
    expect(mapEvent(clicked, { suffix: 'x'.repeat(120) })).toEqual({ rejected: 'klaviyo.metric_name_too_long' });
  });
});

describe('metricName', () => {
  it.each([
    ['sent', 'Received Email (Constant Contact)'],
    ['opened', 'Opened Email (Constant Contact)'],
    ['clicked', 'Clicked Email (Constant Contact)'],
    ['bounced', 'Bounced Email (Constant Contact)'],
    ['opted_out', 'Unsubscribed (Constant Contact)'],
    ['forwarded', 'Forwarded Email (Constant Contact)'],
    ['unknown', null],
  ] as const)('%s is %p', (type, expected) => {
    expect(metricName(type, suffix)).toBe(expected);
  });

  it('has a name for every type but unknown', () => {
    expect(activityTypeSymbols.filter((type) => metricName(type, suffix) === null)).toEqual(['unknown']);
  });
});
