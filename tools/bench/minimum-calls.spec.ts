import { generateAccount } from '@portage/simulators';
import { minimumCalls } from './minimum-calls.js';

describe('the calls that an account takes at least', () => {
  it('are a page each of lists, fields, tags and contacts where nothing was sent', () => {
    const account = { ...generateAccount({ seed: 1, contacts: 400, lists: 3, campaigns: 2 }), campaigns: [] };
    expect(minimumCalls(account, 0)).toBe(4);
  });

  it('grow with the contacts by a call for each five hundred', () => {
    const account = generateAccount({ seed: 1, contacts: 400, lists: 3, campaigns: 2 });
    const [contact] = account.contacts.filter(({ purgedAt }) => purgedAt === undefined);
    const more = { ...account, contacts: [...account.contacts, ...Array.from({ length: 1000 }, () => contact)] };
    expect(minimumCalls(more as typeof account, 0) - minimumCalls(account, 0)).toBe(2);
  });

  it('are a look at engagement that is too old to be carried over, unless somebody bounced before it', () => {
    const account = generateAccount({ seed: 1, contacts: 8000, lists: 3, campaigns: 2 });
    const none = { length: 0, contact: [], second: [], address: [], detail: [] };
    const activities = account.campaigns.flatMap((campaign) => campaign.activities);
    expect(minimumCalls(account, Date.now())).toBe(minimumCalls(account, 0));
    for (const { rows } of activities) Object.assign(rows.bounces, none);
    expect(minimumCalls(account, Date.now())).toBeLessThan(minimumCalls(account, 0));
  });
});
