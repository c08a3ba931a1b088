import Sequencer from '@jest/test-sequencer';

/**
 * Long tests first, and spread: those of whole services keep the cores busy, those of one service mostly wait, so side by side they
 * take least. Jest itself goes by sizes of files where it remembers no durations, which leaves long ones for the end.
 */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const of = (kind) => sorted.filter(({ context }) => context.config.displayName?.name === kind);
    const placed = (kind, from, to) =>
      of(kind).map((test, index, all) => ({ test, at: from + ((to - from) * index) / all.length }));
    return [...placed('e2e', 0, 0.7), ...placed('integration', 0, 1), ...placed('unit', 1, 2)]
      .toSorted((a, b) => a.at - b.at)
      .map(({ test }) => test);
  }
}
