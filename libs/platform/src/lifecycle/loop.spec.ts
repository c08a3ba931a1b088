import { sleep } from '../clock.js';
import { createLogger } from '../logging.js';
import { Loop } from './loop.js';

describe('Loop', () => {
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line: string) => void lines.push(line) });
  const loopOf = (everyMs: number, turn: (signal: AbortSignal) => Promise<'again' | 'rest'>) =>
    new Loop({ name: 'test', everyMs, logger, turn });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(1);
  };

  beforeEach(() => void (lines.length = 0));

  it('never overlaps itself, however often it is started or woken', async () => {
    let running = 0;
    let most = 0;
    let turns = 0;
    const loop = loopOf(0, async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
      turns += 1;
      return 'rest';
    });
    loop.start();
    loop.start();
    loop.wake();
    await until(() => turns > 5);
    await loop.stop();
    expect(most).toBe(1);
  });

  it('goes on at once while more work waits', async () => {
    let turns = 0;
    const loop = loopOf(60_000, () => Promise.resolve(++turns < 4 ? 'again' : 'rest'));
    loop.start();
    await until(() => turns === 4);
    await loop.stop();
    expect(turns).toBe(4);
  });

  it('ends its pause when woken', async () => {
    let turns = 0;
    const loop = loopOf(60_000, () => {
      turns += 1;
      return Promise.resolve('rest');
    });
    loop.start();
    await until(() => turns === 1);
    await until(() => {
      loop.wake();
      return turns === 2;
    });
    await loop.stop();
  });

  it('logs a failure once and tries again', async () => {
    let turns = 0;
    const loop = loopOf(0, () => {
      turns += 1;
      return turns === 1 ? Promise.reject(new Error('x')) : Promise.resolve('rest');
    });
    loop.start();
    await until(() => turns > 2);
    await loop.stop();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', loop: 'test' });
  });

  it('waits for the turn under way when it stops, and takes its abort for an order', async () => {
    let ended = false;
    const loop = loopOf(0, async (signal) => {
      try {
        await sleep(60_000, signal);
      } finally {
        ended = true;
      }
      return 'rest';
    });
    loop.start();
    await sleep(1);
    await loop.stop();
    expect(ended).toBe(true);
    expect(lines).toHaveLength(0);
  });

  it('can be stopped without ever having been started', async () => {
    await expect(loopOf(1, () => Promise.resolve('rest')).stop()).resolves.toBeUndefined();
  });
});
