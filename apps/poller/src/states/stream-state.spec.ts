import { PHASES } from '../pass/phase.js';
import { readingState, streamsAt } from './stream-state.js';

const whole = { scope: {} };
const part = { scope: { lists: ['a'] } };

describe('how far a pass is with its streams', () => {
  it.each([
    ['lists', whole, ['lists'], ['contacts', 'suppressions', 'activities'], []],
    ['contacts', whole, ['contacts', 'suppressions'], ['activities'], ['lists']],
    ['safety', whole, ['suppressions', 'activities'], [], ['lists', 'contacts']],
    ['marks', whole, [], ['activities'], ['lists', 'contacts', 'suppressions']],
    ['activities', whole, ['activities'], [], ['lists', 'contacts', 'suppressions']],
    ['sweep', whole, ['contacts', 'suppressions'], [], ['lists', 'activities']],
    ['lists', part, ['lists'], ['contacts', 'suppressions'], []],
    ['verdicts', part, ['suppressions'], [], ['lists', 'contacts']],
  ] as const)('in %s of %j', (phase, run, reading, ahead, over) => {
    expect(streamsAt(run, phase)).toEqual({ reading, ahead, over });
  });

  it('counts every stream once in each phase', () => {
    for (const phase of PHASES) {
      const { reading, ahead, over } = streamsAt(whole, phase);
      expect([...reading, ...ahead, ...over].sort()).toEqual(['activities', 'contacts', 'lists', 'suppressions']);
    }
  });
});

describe('what a pass does with a stream', () => {
  const later = { first: false, sweep: false, snapshot: false, scope: {} };
  it.each([
    ['the first time', { ...later, first: true }, 'lists', 'snapshot'],
    ['as usual', later, 'safety', 'delta'],
    ['when a sweep was asked for', { ...later, sweep: true }, 'safety', 'sweep'],
    ['when a snapshot was asked for', { ...later, snapshot: true }, 'safety', 'snapshot'],
    ['of some lists', { ...later, scope: { lists: ['a'] } }, 'lists', 'snapshot'],
    ['at last', later, 'sweep', 'sweep'],
  ] as const)('%s', (_name, run, phase, state) => {
    expect(readingState(run, phase)).toBe(state);
  });
});
