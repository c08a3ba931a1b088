import { type TakenRecord } from '@portage/kafka';
import { type Activity, type Contact, type List } from '@portage/records';
import { type Selection } from './replay.js';
import { isCovered, Selector } from './selector.js';

const everything: Selection = {
  streams: ['lists', 'contacts', 'activities'],
  from: null,
  to: null,
  people: null,
  lists: null,
};
const place = { key: 'c:p1', headers: {}, bytes: 1 };
const record = <V>(value: object, offset = 5, timestamp = 1000) =>
  ({ ...place, offset, timestamp, value: value as V }) as TakenRecord<V> & { value: V };
const contact = (offset?: number, timestamp?: number) =>
  record<Contact>({ contactId: 'p1', listIds: ['l1', 'l2'] }, offset, timestamp);
const activity = record<Activity>({ contactId: 'p1' });

describe('what a replay selects', () => {
  it.each<[string, Partial<Selection>, string | null]>([
    ['everyone', {}, null],
    ['somebody named', { people: ['p1'] }, null],
    ['nobody else', { people: ['p2'] }, 'other_people'],
    ['whoever is on one of the lists', { lists: ['l0', 'l2'] }, null],
    ['nobody of other lists', { lists: ['l0'] }, 'other_lists'],
    ['nobody before the time', { from: { time: 1001 } }, 'outside_range'],
    ['whoever is of that moment', { from: { time: 1000 } }, null],
    ['nobody of the moment at which it ends', { to: { time: 1000 } }, 'outside_range'],
    ['from an offset on', { from: { offsets: { '3': 5 } } }, null],
    ['up to an offset', { to: { offsets: { '3': 5 } } }, 'outside_range'],
    ['by the offset of all other partitions', { from: { offsets: { '1': 0, '*': 6 } } }, 'outside_range'],
  ])('of contacts: %s', (_, changes, expected) => {
    expect(new Selector({ ...everything, ...changes }).contact(3, contact())).toBe(expected);
  });

  it('of lists are those named', () => {
    const list = record<List>({ listId: 'l1' });
    expect(new Selector({ ...everything, lists: ['l1'] }).list(0, list)).toBeNull();
    expect(new Selector({ ...everything, lists: ['l2'] }).list(0, list)).toBe('other_lists');
    expect(new Selector({ ...everything, people: ['p9'] }).list(0, list)).toBeNull();
  });

  it('of activities are those of the people meant', () => {
    const never = () => false;
    expect(new Selector({ ...everything, people: ['p1'] }).activity(0, activity, never)).toBeNull();
    expect(new Selector({ ...everything, people: ['p2'] }).activity(0, activity, never)).toBe('other_people');
    expect(new Selector({ ...everything, lists: ['l1'] }).activity(0, activity, never)).toBe('other_lists');
    expect(new Selector({ ...everything, lists: ['l1'] }).activity(0, activity, (key) => key === 'c:p1')).toBeNull();
  });

  it('is of a pass that was read to its end', () => {
    const meta = { op: 'upsert', connectionId: 'c', accountId: 'a', runId: 'r1', observedAt: 10, version: 10 } as const;
    expect(isCovered(meta, null)).toBe(false);
    expect(isCovered(meta, { runId: 'r1', completedAt: 1 })).toBe(true);
    expect(isCovered(meta, { runId: 'r0', completedAt: 9 })).toBe(false);
    expect(isCovered(meta, { runId: 'r2', completedAt: 10 })).toBe(true);
  });
});
