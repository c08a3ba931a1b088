import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ConstantContactClient } from './client.js';
import { lists } from './endpoint.js';

const midnight = Date.UTC(2026, 10, 26);
const minutes = (count: number) => midnight + count * 60_000;

describe('a client that is told that the day is spent', () => {
  let server: Server;
  let calls: number;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      calls += 1;
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error_key":"quota_exceeded"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    calls = 0;
  });

  /** Asks at a moment; whoever is held gives up. */
  async function askAt(now: number): Promise<{ held: number[]; spent: number; error: unknown }> {
    const held: number[] = [];
    let spent = 0;
    const waiting = new AbortController();
    const client = new ConstantContactClient({
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      tokens: { get: () => Promise.resolve({ value: 't', generation: 1 }) },
      budget: {
        take: () => Promise.resolve(),
        hold: (_key, ms) => {
          held.push(ms);
          waiting.abort();
          return Promise.resolve();
        },
        spendDay: () => {
          spent += 1;
          return Promise.resolve();
        },
      },
      budgetKey: 'k',
      quota: {},
      onCall: () => undefined,
      onWaste: () => undefined,
      clock: { now: () => now },
    });
    const error: unknown = await client.get(lists(), { signal: waiting.signal }).catch((caught: unknown) => caught);
    return { held, spent, error };
  }

  it.each([0, 1, 14])('waits %i minutes after midnight: it may be the day before that is spent', async (after) => {
    const { held, spent } = await askAt(minutes(after));
    expect([held, spent, calls]).toEqual([[180_000], 0, 1]);
  });

  it.each([-1, 16, 700])('marks the day %i minutes after midnight', async (after) => {
    const { held, spent, error } = await askAt(minutes(after));
    expect([held, spent, calls]).toEqual([[], 1, 1]);
    expect(error).toMatchObject({ code: 'constant_contact.quota_exceeded' });
  });
});
