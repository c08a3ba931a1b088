import { planReplicas, replicaEnvironment, serviceUrls } from './replicas.js';

const configured = { auth: 3001, poller: 3002, loader: 3003 };

function source(busy: readonly number[] = []) {
  let next = 20_000;
  return {
    isFree: (port: number) => Promise.resolve(!busy.includes(port)),
    pick: (taken: ReadonlySet<number>) => {
      do next += 1;
      while (taken.has(next));
      return Promise.resolve(next);
    },
  };
}

describe('the replicas of the services', () => {
  it('are one of each on the configured ports, further ones on picked ports', async () => {
    const replicas = await planReplicas({ auth: 1, poller: 1, loader: 3 }, configured, source());
    expect(replicas.map(({ service, number, port }) => [service, number, port])).toEqual([
      ['auth', 1, 3001],
      ['poller', 1, 3002],
      ['loader', 1, 3003],
      ['loader', 2, 20_001],
      ['loader', 3, 20_002],
    ]);
  });

  it('have a picked port where 0 is configured', async () => {
    const replicas = await planReplicas({ auth: 1, poller: 0, loader: 0 }, { ...configured, auth: 0 }, source());
    expect(replicas).toEqual([{ service: 'auth', number: 1, port: 20_001 }]);
  });

  it('are refused, with port and variable, where a configured port is taken', async () => {
    await expect(planReplicas({ auth: 1, poller: 1, loader: 1 }, configured, source([3002]))).rejects.toMatchObject({
      code: 'up.port_in_use',
      message: 'Port 3002 is in use by another program: stop it, or set POLLER_PORT to another port.',
    });
    await expect(
      planReplicas({ auth: 1, poller: 1, loader: 1 }, { ...configured, loader: 3001 }, source()),
    ).rejects.toMatchObject({
      message: expect.stringContaining('LOADER_PORT'),
    });
  });
});

describe("a replica's environment", () => {
  it('names its own port, and a free metrics port unless one is given', () => {
    const replica = { service: 'loader', number: 2, port: 20_001 } as const;
    expect(replicaEnvironment(replica, 3, 0)).toEqual({ LOADER_PORT: '20001', METRICS_PORT: '0' });
    expect(replicaEnvironment(replica, 3, 9400)).toEqual({ LOADER_PORT: '20001', METRICS_PORT: '9403' });
  });
});

describe('how services reach one another', () => {
  it('is the first replica of each, unless the environment says otherwise', async () => {
    const replicas = await planReplicas({ auth: 2, poller: 1, loader: 1 }, configured, source());
    expect(serviceUrls(replicas, { POLLER_URL: 'http://poller.example.org', PUBLIC_URL: '' })).toEqual({
      AUTH_URL: 'http://127.0.0.1:3001',
      PUBLIC_URL: 'http://127.0.0.1:3001',
      LOADER_URL: 'http://127.0.0.1:3003',
    });
  });
});
