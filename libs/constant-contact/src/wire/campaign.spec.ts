import { campaignOf, statsOf, summariesOf } from './campaign.js';

describe('campaign answers', () => {
  it('hold counts as numbers or in quotes; a missing count may be anything', () => {
    const body = {
      bulk_email_campaign_summaries: [
        {
          campaign_id: 'a',
          last_sent_date: '2024-01-01T00:00:00.000Z',
          unique_counts: { sends: '10', opens: 4, bounces: '0' },
        },
        { last_sent_date: '2024-01-01' },
      ],
      aggregate_percents: [{}],
    };
    const [first, second] = summariesOf(body);
    expect(first).toEqual({
      ok: true,
      value: {
        campaignId: 'a',
        lastSentAt: Date.UTC(2024, 0, 1),
        counts: { sends: 10, opens: 4, clicks: 1, bounces: 0, optouts: 1, forwards: 1 },
      },
    });
    expect(second).toMatchObject({ ok: false, reason: expect.stringContaining('campaign_id') });
  });

  it('name their mailings in any casing, and other roles that have no reports', () => {
    const detail = campaignOf({
      name: 'Spring',
      campaign_activities: [
        { campaign_activity_id: '1', role: 'PRIMARY_EMAIL' },
        { campaign_activity_id: '2', role: 'permalink' },
        { campaign_activity_id: '3', role: 'resend' },
        { role: 'resend' },
      ],
    });
    expect(detail.mailings.map(({ activityId }) => activityId)).toEqual(['1', '3']);
    expect(detail.odds).toMatchObject([{ raw: { role: 'resend' } }]);
  });

  it.each([
    ['underscores', { em_opens_all: 7, em_opens: 5, em_clicks_all: '3', em_bounces: 2 }],
    ['dots', { 'em_opens.all': 7, em_opens: 5, 'em_clicks.all': '3', em_bounces: 2 }],
  ])('count rows under keys with %s, beside errors for unknown ids', (_name, stats) => {
    const body = { results: [{ campaign_activity_id: 'a', stats }], errors: [{ error_key: 'not_found' }] };
    expect(statsOf(body)).toEqual([
      { activityId: 'a', rows: { sends: null, opens: 7, clicks: 3, bounces: 2, optouts: null, forwards: null } },
    ]);
  });
});
