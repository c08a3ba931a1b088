import { type ContactStanding, eventFate } from './event-fate.js';

const standing: ContactStanding = {
  contact: { email: 'a@x.example', outcome: 'delivered', reason: null },
  person: { ready: true, exposed: false, skipped: null, optedOut: false },
  contactsComplete: true,
};
const options = { collectEngagement: true, working: true };

describe('an activity', () => {
  it.each<[string, Partial<ContactStanding>, object]>([
    ['goes to the contact’s address of the moment', {}, { do: 'send', email: 'a@x.example', optedOut: false }],
    [
      'waits for its person to be settled',
      { person: { ready: false, exposed: false, skipped: null, optedOut: false } },
      { do: 'wait' },
    ],
    [
      'waits while an opt-out is outstanding',
      { person: { ready: true, exposed: true, skipped: null, optedOut: false } },
      { do: 'wait' },
    ],
    [
      'of somebody skipped is skipped',
      { person: { ready: true, exposed: false, skipped: 'deleted', optedOut: false } },
      { do: 'skip', reason: 'deleted' },
    ],
    ['of a contact still on its way waits', { contact: null, contactsComplete: false }, { do: 'wait' }],
    ['waits for everything that was published about contacts before it', { contactsComplete: false }, { do: 'wait' }],
    [
      'waits while its contact’s newest state has no fate yet',
      { contact: { email: 'a@x.example', outcome: null, reason: null } },
      { do: 'wait' },
    ],
    [
      'waits while its contact is parked',
      { contact: { email: 'a@x.example', outcome: 'parked', reason: null } },
      { do: 'wait' },
    ],
    ['of a contact that is no more is skipped', { contact: null }, { do: 'skip', reason: 'deleted' }],
    [
      'of a contact without an address is skipped',
      { contact: { email: null, outcome: 'skipped', reason: 'no_email' }, person: null },
      { do: 'skip', reason: 'no_email' },
    ],
  ])('%s', (_, changes, fate) => {
    expect(eventFate({ ...standing, ...changes }, options)).toEqual(fate);
  });

  it('is not wanted where the owner collects no engagement, and waits while the connection is paused', () => {
    expect(eventFate(standing, { ...options, collectEngagement: false })).toEqual({ do: 'skip', reason: 'not_wanted' });
    expect(eventFate(standing, { ...options, working: false })).toEqual({ do: 'wait' });
  });
});
