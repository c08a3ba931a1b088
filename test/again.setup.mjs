/** Real servers on a shared machine stall now and then: a test that fails is tried once more, and its first failure is printed. */
import.meta.jest.retryTimes(1, { logErrorsBeforeRetry: true });
