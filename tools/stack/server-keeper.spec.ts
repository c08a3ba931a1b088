import { once } from 'node:events';
import { ServerKeeper } from './server-keeper.js';
import { type ServerProcess } from './server-process.js';

/** A server that ends when told, and whoever started it. */
function machine() {
  const started: AbortController[] = [];
  const said: string[] = [];
  const events = new EventTarget();
  const begin = (): Promise<ServerProcess> => {
    const ended = new AbortController();
    started.push(ended);
    events.dispatchEvent(new Event('start'));
    const stop = (): Promise<void> => Promise.resolve(ended.abort());
    return Promise.resolve({ name: 'kafka', pid: started.length, logPath: '/log', ended: ended.signal, stop });
  };
  return { started, said, events, keeper: new ServerKeeper(begin, (words) => said.push(words)) };
}

describe('a server that is kept running', () => {
  it('is started again when it ends by itself', async () => {
    const { started, said, events, keeper } = machine();
    await keeper.start(AbortSignal.timeout(60_000));
    const again = once(events, 'start');
    started[0]?.abort();
    await again;
    expect(said).toEqual(['kafka has ended (see /log); starting it again']);
    await keeper.stop();
    expect(started).toHaveLength(2);
    expect(started[1]?.signal.aborted).toBe(true);
  });

  it('stays stopped when it was stopped, in the middle of a restart too', async () => {
    const { started, keeper } = machine();
    await keeper.start(AbortSignal.timeout(60_000));
    started[0]?.abort();
    await keeper.stop();
    expect(started).toHaveLength(1);
  });
});
