import { lostKeys, strangeKeys } from './compare-ids.js';
import { compareActivities, compareEvents, compareSource } from './compare-counts.js';
import { compareLists } from './compare-lists.js';
import { compareRecord, type LedgerRecord, type TopicRecord } from './compare-records.js';
import { classes, classNames, repairOf, repairs } from './difference.js';
import { Tally } from './tally.js';

const topic: TopicRecord = {
  version: 5,
  hash: 'h',
  entries: null,
  partition: 0,
  offset: 7,
  deleted: false,
  brought: false,
  due: true,
};
const ledger: LedgerRecord = {
  version: 5,
  hash: 'h',
  valueHash: 'h',
  entries: null,
  partition: 0,
  offset: 7,
  outcome: 'delivered',
};
const progress = { taken: new Map([[0, 8]]), ends: new Map([[0, 8]]), isFed: false };
const before = { ...progress, taken: new Map([[0, 7]]) };
const fed = { ...before, isFed: true };
const brought: TopicRecord = { ...topic, brought: true };
const undue: TopicRecord = { ...brought, due: false };

const delivered = (counts: Record<string, number>) => ({ least: counts, most: counts, replayed: 0 });

describe('a record of the topic and of the ledger', () => {
  it.each<[string, TopicRecord | undefined, LedgerRecord | undefined, typeof progress, string[]]>([
    ['equal', topic, ledger, progress, []],
    ['missing in the ledger', topic, undefined, progress, ['topic_without_ledger']],
    ['not taken yet', topic, undefined, before, ['record_waiting']],
    ['missing on the topic', undefined, ledger, progress, ['ledger_without_topic']],
    ['published since', undefined, { ...ledger, offset: 8 }, progress, []],
    ['known as unreadable only', undefined, { ...ledger, version: -1 }, progress, []],
    ['behind', topic, { ...ledger, version: 4 }, progress, ['version_behind']],
    ['behind, not taken yet', topic, { ...ledger, version: 4 }, before, ['record_waiting']],
    ['newer since', topic, { ...ledger, version: 6, hash: 'i' }, progress, []],
    ['of another content', topic, { ...ledger, hash: 'i' }, progress, ['content_differs']],
    ['whose value was changed', topic, { ...ledger, valueHash: 'i' }, progress, ['content_differs']],
    [
      'of other entries',
      { ...topic, entries: 'a' },
      { ...ledger, valueHash: null, entries: '' },
      progress,
      ['entries_differ'],
    ],
    ['without an outcome', topic, { ...ledger, outcome: null }, progress, ['outcome_open']],
    ['parked', topic, { ...ledger, outcome: 'parked' }, progress, ['outcome_open']],
    ['brought by a replay', brought, ledger, fed, []],
    ['not brought by a replay that is done', brought, undefined, fed, ['topic_without_ledger']],
    ['brought in an older version than it was to be', brought, { ...ledger, version: 4 }, fed, ['version_behind']],
    ['of no replay', undue, undefined, fed, []],
    ['of an unfinished replay, on its way', undue, { ...ledger, outcome: null }, fed, []],
    ['of an unfinished replay, with other content', undue, { ...ledger, hash: 'i' }, fed, ['content_differs']],
    ['followed by a newer one at the source', undue, { ...ledger, version: 4 }, fed, ['newer_at_source']],
    ['brought, and gone from the topic', undefined, ledger, fed, ['gone_at_source']],
  ])('%s', (_, there, here, at, expected) => expect(compareRecord(there, here, at)).toEqual(expected));
});

describe('ids of the source', () => {
  const published = new Map([
    ['a', 5],
    ['b', 6],
    ['c', 1],
  ]);
  const records = new Map([
    ['c1:a', topic],
    ['c1:b', topic],
    ['c1:x', topic],
  ]);

  it('that are not on the topic, or only in an older version', () => {
    expect(lostKeys(published, records, (id) => `c1:${id}`)).toEqual(['c1:b', 'c1:c']);
  });

  it('that are on the topic and unknown', () => expect(strangeKeys(published, records)).toEqual(['c1:x']));
});

describe('counts', () => {
  it('of the source: fewer on the topic, or living contacts too many', () => {
    const source = { lists: 2, contacts: 3, suppressions: 1 };
    const sizes = {
      lists: { keys: 5, living: 5 },
      contacts: { keys: 9, living: 4 },
      suppressions: { keys: 0, living: 0 },
    };
    expect(compareSource(source, sizes).map((each) => [each.class, each.id])).toEqual([
      ['topic_over', 'contacts'],
      ['topic_short', 'suppressions'],
    ]);
  });

  it('of activities and events: short and over', () => {
    const found = compareActivities(
      new Map([
        ['m opened', 3],
        ['m clicked', 1],
      ]),
      new Map([
        ['m opened', 2],
        ['m clicked', 2],
      ]),
      false,
    );
    expect(found.map((each) => each.class)).toEqual(['activities_overcounted', 'activities_uncounted']);
    expect(
      compareEvents(delivered({ opened: 2, clicked: 1 }), { opened: 1, clicked: 2 }, false).map((each) => each.class),
    ).toEqual(['events_over', 'events_short']);
    expect(compareEvents(delivered({ opened: 2 }), { opened: 2 }, false)).toEqual([]);
  });

  it('that replays brought lie between what they say and what they read', () => {
    const bounds = { least: { opened: 1 }, most: { opened: 3, clicked: 2 }, replayed: 4 };
    const idsOf = (klaviyo: Record<string, number>) =>
      compareEvents(bounds, klaviyo, false).map(({ class: name, id }) => `${name} ${id}`);
    expect(idsOf({ opened: 3, clicked: 1 })).toEqual([]);
    expect(idsOf({ opened: 2, clicked: 1 })).toEqual(['events_short replays']);
    expect(idsOf({ opened: 2, clicked: 3 })).toEqual(['events_over clicked']);
  });

  it('say nothing of too many where records have expired', () => {
    expect(compareActivities(new Map([['m opened', 1]]), new Map([['m opened', 2]]), true)).toEqual([]);
    expect(compareEvents(delivered({ opened: 1 }), { opened: 2 }, true)).toEqual([]);
  });
});

describe('lists', () => {
  const list = { listId: 'l', mapped: false, klaviyoId: 'L', givenName: 'News', present: { name: 'News' } };
  it.each([
    ['as they were given', [list], []],
    ['gone', [{ ...list, present: null }], ['missing_list']],
    ['renamed', [{ ...list, present: { name: 'Other' } }], ['renamed_list']],
    ["the owner's, renamed", [{ ...list, mapped: true, givenName: null, present: { name: 'Other' } }], []],
    ['shared', [list, { ...list, listId: 'm' }], ['shared_list', 'shared_list']],
  ])('%s', (_, lists, expected) => expect(compareLists(lists).map((each) => each.class)).toEqual(expected));
});

describe('classes', () => {
  it('that keep people from mail are repaired first, and notes never', () => {
    expect(repairs[0]).toBe('opt_outs');
    for (const name of classNames) if (classes[name].severity === 'note') expect(repairOf(name)).toBeNull();
  });

  it('are all counted and some of each kept', () => {
    const tally = new Tally(1);
    tally.add({ class: 'missing_profile', id: '1', detail: null });
    tally.add({ class: 'missing_profile', id: '2', detail: null });
    tally.add({ class: 'missing_opt_out', id: '3', detail: 'permission' });
    tally.repaired('missing_profile', 2);
    expect(
      tally.report().map(({ class: name, count, repaired, examples }) => ({ name, count, repaired, examples })),
    ).toEqual([
      { name: 'missing_opt_out', count: 1, repaired: 0, examples: [{ id: '3', detail: 'permission' }] },
      { name: 'missing_profile', count: 2, repaired: 2, examples: [{ id: '1', detail: null }] },
    ]);
  });
});
