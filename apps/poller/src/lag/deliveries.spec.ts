import { deliveredOf } from './deliveries.js';

const at = '2026-11-20T10:00:00.000Z';
const outcomes = { parked: 0, deferred: 0 };

describe('a delivered state of a stream', () => {
  it.each([
    ['a reached mark', { markCompletedAt: at, settled: true, outcomes }, [{ stream: 'contacts', completedAt: at }]],
    ['no mark', { markCompletedAt: null, settled: false, outcomes }, []],
    ['a mark that is not reached', { markCompletedAt: at, settled: false, outcomes }, []],
    ['a parked record', { markCompletedAt: at, settled: true, outcomes: { parked: 1, deferred: 0 } }, []],
    ['a deferred record', { markCompletedAt: at, settled: true, outcomes: { parked: 0, deferred: 1 } }, []],
  ])('%s', (_what, progress, delivered) => {
    expect(deliveredOf('contacts', progress)).toEqual(delivered);
  });
});
