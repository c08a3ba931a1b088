import { within } from './deadline.js';

const never = new Promise<never>(() => undefined);
const late = () => new Error('late');

describe('within', () => {
  it('answers and fails like the work', async () => {
    await expect(within(Promise.resolve(7), { ms: 10_000, late })).resolves.toBe(7);
    await expect(within(Promise.reject(new Error('no')), { ms: 10_000, late })).rejects.toThrow('no');
  });

  it('gives up at the deadline', async () => {
    await expect(within(never, { ms: 1, late })).rejects.toThrow('late');
  });

  it('passes an abort on, also one that came before', async () => {
    const abort = new AbortController();
    const waiting = within(never, { ms: 10_000, signal: abort.signal, late });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(within(never, { ms: 10_000, signal: AbortSignal.abort(), late })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
