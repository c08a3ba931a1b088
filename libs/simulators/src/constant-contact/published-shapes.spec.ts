import { differences } from './contract/shape.js';
import { shapes } from './generated/shapes.js';
import { TestCaller } from './test-caller.fixture.js';

describe('answers of the simulated vendor', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  it('have the published shapes', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const account = caller.simulator.account();
    const campaign = account.campaigns.find(({ status, vanished }) => status === 'Done' && vanished !== true);
    const activity = campaign?.activities.find(({ role }) => role === 'primary_email')?.id ?? '';
    const contact = account.contacts[0]?.id ?? '';
    const include = 'custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes';
    const tracking = ['sends', 'opens', 'unique_opens', 'didnotopens', 'clicks', 'forwards', 'optouts', 'bounces'];
    const paths: [string, string][] = [
      ['/v3/account/summary', '/v3/account/summary?extra_fields=physical_address'],
      ['/v3/account/user/privileges', '/v3/account/user/privileges'],
      ['/v3/contacts', `/v3/contacts?status=all&limit=500&include=${include}&include_count=true`],
      ['/v3/contacts/{contact_id}', `/v3/contacts/${contact}?include=${include}`],
      ['/v3/contacts/counts', '/v3/contacts/counts?include=new_subscriber'],
      ['/v3/contact_lists', '/v3/contact_lists?limit=500&status=all&include_membership_count=all&include_count=true'],
      ['/v3/contact_lists/{list_id}', `/v3/contact_lists/${account.lists[0]?.id}?include_membership_count=active`],
      ['/v3/contact_custom_fields', '/v3/contact_custom_fields?limit=100'],
      ['/v3/contact_tags', '/v3/contact_tags?include_count=true'],
      ['/v3/emails', '/v3/emails?limit=500'],
      ['/v3/emails/{campaign_id}', `/v3/emails/${campaign?.id}`],
      ['/v3/emails/activities/{campaign_activity_id}', `/v3/emails/activities/${activity}`],
      ['/v3/reports/summary_reports/email_campaign_summaries', '/v3/reports/summary_reports/email_campaign_summaries'],
      ['/v3/reports/stats/email_campaigns/{campaign_ids}', `/v3/reports/stats/email_campaigns/${campaign?.id}`],
      [
        '/v3/reports/stats/email_campaign_activities/{campaign_activity_ids}',
        `/v3/reports/stats/email_campaign_activities/${activity}`,
      ],
      ['/v3/reports/email_reports/{campaign_activity_id}/links', `/v3/reports/email_reports/${activity}/links`],
      [
        '/v3/reports/contact_reports/{contact_id}/activity_details',
        `/v3/reports/contact_reports/${contact}/activity_details?tracking_activities_list=em_sends,em_opens`,
      ],
      [
        '/v3/reports/contact_reports/{contact_id}/activity_summary',
        `/v3/reports/contact_reports/${contact}/activity_summary?start=2024-01-01&end=2026-12-01`,
      ],
      [
        '/v3/reports/contact_reports/{contact_id}/open_and_click_rates',
        `/v3/reports/contact_reports/${contact}/open_and_click_rates?start=2024-01-01&end=2026-12-01`,
      ],
      ...tracking.map((one): [string, string] => [
        `/v3/reports/email_reports/{campaign_activity_id}/tracking/${one}`,
        `/v3/reports/email_reports/${activity}/tracking/${one}`,
      ]),
    ];
    for (const [path, call] of paths) {
      const answer = await caller.get(call, token);
      expect([call, answer.status]).toEqual([call, 200]);
      const found = differences(shapes[`GET ${path}`] ?? 'any', await answer.json()).filter((one) => !KNOWN.test(one));
      expect([call, found]).toEqual([call, []]);
    }
    expect(caller.simulator.violations()).toEqual([]);
  });

  it('quote the counts of summaries as strings', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const page = await caller.json('/v3/reports/summary_reports/email_campaign_summaries?limit=3', token);
    expect(typeof page.bulk_email_campaign_summaries[0].unique_counts.opens).toBe('string');
    expect(page._links.next.href).toMatch(/^\/v3\/reports\/summary_reports\/email_campaign_summaries\?next=/);
    const all = await caller.walk(
      '/v3/reports/summary_reports/email_campaign_summaries?limit=3',
      token,
      'bulk_email_campaign_summaries',
    );
    const sent = all.map((one) => one.last_sent_date as string);
    expect(sent).toEqual([...sent].sort().reverse());
    expect(new Set(all.map((one) => one.campaign_id as string)).size).toBe(
      caller.simulator.account().campaigns.filter(({ status }) => status === 'Done').length,
    );
  });

  it('use all three shapes of a last page', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const seen = new Set<string>();
    for (let turn = 0; turn < 3; turn += 1) {
      const page = await caller.json('/v3/contact_tags', token);
      seen.add(JSON.stringify(page._links));
    }
    expect(seen).toEqual(new Set([undefined, '{}', '{"next":{"href":null}}']));
  });
});

/** Where the vendor itself departs from its description: counts as strings, links that are null, choice ids, dotted figures. */
const KNOWN = /unique_counts\.\w+: string, not integer|href: null|choice_id: string, not integer|stats\.em_\w+\./;
