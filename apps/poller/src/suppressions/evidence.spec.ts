import { type TrackingRow } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { evidenceOf } from './evidence.js';

const row: TrackingRow = {
  contact_id: 'p',
  campaign_activity_id: 'm',
  tracking_activity_type: 'em_bounces',
  email_address: null,
  created_time: 1_000,
  device_type: null,
  url_id: null,
  link_url: null,
  bounce_code: 'b',
  opt_out_reason: null,
};
const mailing = { activityId: 'm', campaignId: 'c', campaignName: null, subject: null };
const unasked = {} as Pass;

describe('evidence of a bounce', () => {
  it.each([
    ['a usable address, normalised', ' Ada@Mail.Example ', 'ada@mail.example'],
    ["an unusable one as it is written, which is nobody's", 'Ada@mail', 'Ada@mail'],
    ['letters that only look like others', '\u212Aay@mail.example', '\u212Aay@mail.example'],
    ['none where the row has none', null, null],
  ])('keeps %s', async (_name, written, address) => {
    const [evidence] = await evidenceOf(unasked, 'bounces', mailing, [{ ...row, email_address: written }]);
    expect(evidence).toMatchObject({ contact_id: 'p', address, bounce_code: 'B' });
  });
});
