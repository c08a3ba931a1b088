import { Health } from './health.js';

describe('Health', () => {
  it('is ready when every check is fine, and says which is not', async () => {
    const health = new Health();
    health.register({ name: 'database', check: () => undefined });
    await expect(health.ready()).resolves.toEqual({ status: 'ok', checks: { database: 'ok' } });
    health.register({ name: 'kafka', check: () => Promise.resolve('no broker answers') });
    await expect(health.ready()).resolves.toEqual({
      status: 'unavailable',
      checks: { database: 'ok', kafka: 'no broker answers' },
    });
  });

  it('does not repeat the words of a check that throws', async () => {
    const health = new Health();
    health.register({ name: 'database', check: () => Promise.reject(new Error('password=hunter2')) });
    const report = await health.ready();
    expect(report.status).toBe('unavailable');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it('is neither alive nor ready after a failure that no retry heals', async () => {
    const health = new Health();
    expect(health.live().status).toBe('ok');
    health.fail('the consumer crashed');
    expect(health.live()).toEqual({ status: 'unavailable', checks: { process: 'the consumer crashed' } });
    await expect(health.ready()).resolves.toMatchObject({ status: 'unavailable' });
  });
});
