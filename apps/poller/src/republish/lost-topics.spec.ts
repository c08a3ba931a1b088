import { lostTopics, type PublishedTo } from './lost-topics.js';

const at = (topic: PublishedTo['topic'], partition: number, end: number): PublishedTo => ({
  topic,
  partition,
  place: 'cluster/portage',
  end,
});
const published = [at('lists', 0, 5), at('contacts', 0, 10), at('contacts', 3, 7)];
const present = (place: string, contacts: number[]) => ({
  place,
  ends: new Map([
    ['lists' as const, [5]],
    ['contacts' as const, contacts],
  ]),
});

describe('topics that no longer hold what was published', () => {
  it.each([
    ['none as long as they grow', present('cluster/portage', [10, 0, 0, 9]), []],
    ['one that ends lower in any partition', present('cluster/portage', [10, 0, 0, 6]), ['contacts']],
    ['one with fewer partitions', present('cluster/portage', [12]), ['contacts']],
    ['all, on another cluster', present('other/portage', [99, 99, 99, 99]), ['lists', 'contacts']],
    ['all, under another prefix', present('cluster/portage2', [99, 99, 99, 99]), ['lists', 'contacts']],
  ])('%s', (_name, now, lost) => {
    expect(lostTopics(published, now)).toEqual(lost);
  });

  it('are none where nothing was ever published', () => {
    expect(lostTopics([], present('cluster/portage', []))).toEqual([]);
  });
});
