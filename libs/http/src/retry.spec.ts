import { PortageError, type PortageErrorInit } from '@portage/platform';
import { withRetry } from './retry.js';

const fault = (disposition: PortageErrorInit['disposition'], retryAfterMs?: number) =>
  new PortageError({ code: 'x', disposition, message: 'x', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

describe('withRetry', () => {
  const options = { attempts: 3, baseMs: 0, capMs: 1 };

  /** Fails with the given errors in turn, then succeeds; counts the calls. */
  const failing = (...errors: unknown[]) => {
    const calls: number[] = [];
    const work = (attempt: number): Promise<string> => {
      calls.push(attempt);
      const error = errors[calls.length - 1];
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    };
    return { calls, work };
  };

  it('repeats what may pass', async () => {
    const { calls, work } = failing(fault('retry'), fault('retry'));
    await expect(withRetry(work, options)).resolves.toBe('done');
    expect(calls).toEqual([0, 1, 2]);
  });

  it('gives up with the last error after so many failures', async () => {
    const last = fault('retry');
    const { calls, work } = failing(fault('retry'), fault('retry'), last);
    await expect(withRetry(work, options)).rejects.toBe(last);
    expect(calls).toHaveLength(3);
  });

  it.each(['reauthorize', 'dead-letter', 'skip', 'halt'] as const)('passes %s on at once', async (disposition) => {
    const error = fault(disposition);
    const { calls, work } = failing(error);
    await expect(withRetry(work, options)).rejects.toBe(error);
    expect(calls).toHaveLength(1);
  });

  it('passes on what nobody classified: a bug is not repeated', async () => {
    const { calls, work } = failing(new TypeError('x'));
    await expect(withRetry(work, options)).rejects.toThrow(TypeError);
    expect(calls).toHaveLength(1);
  });

  it('does not count being told to wait as a failure, but does not wait for ever', async () => {
    const patient = failing(...Array.from({ length: 10 }, () => fault('throttle', 0)), fault('retry'));
    await expect(withRetry(patient.work, options)).resolves.toBe('done');
    const endless = failing(...Array.from({ length: 99 }, () => fault('throttle', 0)));
    await expect(withRetry(endless.work, options)).rejects.toMatchObject({ disposition: 'throttle' });
  });

  it('waits at least as long as it was told', async () => {
    const waits: number[] = [];
    const { work } = failing(fault('throttle', 25), fault('retry', 5));
    await withRetry(work, { ...options, onRetry: (_error, waitMs) => waits.push(waitMs) });
    expect(waits[0]).toBeGreaterThanOrEqual(25);
    expect(waits[1]).toBeGreaterThanOrEqual(5);
  });

  it('ends its wait when it is aborted', async () => {
    const abort = new AbortController();
    const { calls, work } = failing(fault('retry', 60_000));
    const result = withRetry(work, { ...options, signal: abort.signal, onRetry: () => abort.abort() });
    await expect(result).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });

  it('does not begin once aborted', async () => {
    const { calls, work } = failing();
    await expect(withRetry(work, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(calls).toHaveLength(0);
  });
});
