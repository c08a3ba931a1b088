import { closingLine, takeSeed } from './test.mjs';

const none = {
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
};

describe('the closing line of a test run', () => {
  it.each([
    [{ ...none, numPassedTests: 12 }, '12 passed, 0 failed'],
    [{ ...none, numPassedTests: 12, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, '12 passed, 3 failed'],
    [{ ...none, numPassedTests: 12, numPendingTests: 3, numTodoTests: 1 }, '12 passed, 0 failed, 4 skipped'],
    [undefined, '0 passed, 1 failed'],
  ])('of %j is %j', (results, line) => {
    expect(closingLine(results)).toBe(line);
  });
});

describe('the seed of a test run', () => {
  it.each([
    [['--seed', '7', 'test/e2e'], '7', ['test/e2e']],
    [['test/e2e', '--seed=7'], '7', ['test/e2e']],
    [['test/e2e'], undefined, ['test/e2e']],
  ])('of %j is %j', (args, seed, rest) => {
    expect(takeSeed(args)).toEqual({ seed, rest });
  });
});
