import { type PortSource } from '../supervision/ports.js';
import { choosePorts } from './settings.js';

const kept = { kafka: 21_001, controller: 21_002, registry: 21_003, postgres: 21_004 };

function source(busy: readonly number[] = []): PortSource {
  let next = 30_000;
  return {
    isFree: (port) => Promise.resolve(!busy.includes(port)),
    pick: (taken) => {
      do next += 1;
      while (taken.has(next) || busy.includes(next));
      return Promise.resolve(next);
    },
  };
}

describe('the ports of a stack', () => {
  it('are picked once and kept', async () => {
    const first = await choosePorts({ kept: {}, wanted: {}, source: source(), say: () => undefined });
    expect(new Set(Object.values(first)).size).toBe(4);
    expect(await choosePorts({ kept: first, wanted: {}, source: source(), say: () => undefined })).toEqual(first);
  });

  it('change, with a word, when another program has taken one', async () => {
    const said: string[] = [];
    const ports = await choosePorts({ kept, wanted: {}, source: source([21_003]), say: (words) => said.push(words) });
    expect(ports).toEqual({ ...kept, registry: 30_001 });
    expect(said).toEqual(['port 21003 (registry) is in use by another program; using 30001 from now on']);
  });

  it('never double, even where a wanted port is the kept one of another server', async () => {
    const ports = await choosePorts({ kept, wanted: { kafka: 21_004 }, source: source(), say: () => undefined });
    expect(ports.kafka).toBe(21_004);
    expect(new Set(Object.values(ports)).size).toBe(4);
  });

  it('are refused where the wanted one is taken', async () => {
    const choice = choosePorts({ kept, wanted: { kafka: 9092 }, source: source([9092]), say: () => undefined });
    await expect(choice).rejects.toMatchObject({
      code: 'stack.port_in_use',
      message: expect.stringContaining('--kafka-port'),
    });
  });
});
