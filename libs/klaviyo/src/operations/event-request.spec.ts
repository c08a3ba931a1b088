import { type EventRow } from '../mapping/event.js';
import { eventsNamed, groupEvents } from './event-request.js';

const event = (email: string, uniqueId: string, metric = 'Opened Email (Constant Contact)'): EventRow => ({
  email,
  metric,
  uniqueId,
  time: '2026-01-01T00:00:00.000Z',
  properties: { URL: 'https://portage.test/' },
});
const rows = [event('a', '1'), event('b', '1'), event('a', '2'), event('a', '1'), event('a', '1', 'Clicked Email')];
const groupsAt = '/data/attributes/events-bulk-create/data';

describe('groupEvents', () => {
  it('groups by person and sends an identity once, in any metric', () => {
    const { groups, request } = groupEvents(rows);
    expect(groups).toEqual([
      { email: 'a', rows: [0, 2, 4] },
      { email: 'b', rows: [1] },
    ]);
    const data = request.data.attributes['events-bulk-create'].data;
    expect(data.map((each) => each.attributes.events.data.map(({ attributes }) => attributes.unique_id))).toEqual([
      ['1', '2', '1'],
      ['1'],
    ]);
  });

  it('asks for no flows and sends nothing of the person but the address', () => {
    const [group] = groupEvents(rows.slice(0, 1)).request.data.attributes['events-bulk-create'].data;
    expect(group).toEqual({
      type: 'event-bulk-create',
      attributes: {
        backfill: true,
        profile: { data: { type: 'profile', attributes: { email: 'a' } } },
        events: {
          data: [
            {
              type: 'event',
              attributes: {
                metric: { data: { type: 'metric', attributes: { name: 'Opened Email (Constant Contact)' } } },
                time: '2026-01-01T00:00:00.000Z',
                unique_id: '1',
                backfill: true,
                properties: { URL: 'https://portage.test/' },
              },
            },
          ],
        },
      },
    });
  });
});

describe('eventsNamed', () => {
  it.each([
    [`${groupsAt}/0/attributes/events/data/0/attributes/time`, [0, 3]],
    [`${groupsAt}/0/attributes/events/data/2/attributes/metric`, [4]],
    [`${groupsAt}/1/attributes/profile/data/attributes/email`, [1]],
    [`${groupsAt}/0/attributes/profile`, [0, 2, 3, 4]],
    [`${groupsAt}/9/attributes/profile`, []],
    [`${groupsAt}/0/attributes/events/data/9`, []],
    ['/data', []],
    [null, []],
  ])('%p names %p', (pointer, expected) => {
    expect(eventsNamed(rows)({ code: 'invalid', pointer, detail: '' })).toEqual(expected);
  });
});
