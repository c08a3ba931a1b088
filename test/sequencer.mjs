import Sequencer from '@jest/test-sequencer';

const kinds = ['unit', 'integration', 'e2e'];

/** Longest first, so that at the end no core waits for one last long test. Jest itself goes by sizes of files where it remembers no durations. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const kindOf = ({ context }) => kinds.indexOf(context.config.displayName?.name);
    return super.sort(tests).toSorted((a, b) => kindOf(b) - kindOf(a));
  }
}
