import { upState } from './up-state.js';

describe('what up says when it is ready', () => {
  it('lists every process of every service in the order of its replicas', () => {
    const servers = {
      kafka: '127.0.0.1:9092',
      schemaRegistry: 'http://127.0.0.1:8080/apis/ccompat/v7',
      database: 'postgres://127.0.0.1/portage',
    };
    const running = [
      { replica: { service: 'auth', number: 1, port: 3001 }, pid: 11, metricsPort: 41 },
      { replica: { service: 'loader', number: 1, port: 3003 }, pid: 13, metricsPort: 43 },
      { replica: { service: 'loader', number: 2, port: 20_001 }, pid: 14, metricsPort: 44 },
    ] as const;
    expect(upState(servers, running)).toEqual({
      auth: 'http://127.0.0.1:3001',
      auths: ['http://127.0.0.1:3001'],
      pollers: [],
      loaders: ['http://127.0.0.1:3003', 'http://127.0.0.1:20001'],
      metrics: { auth: ['http://127.0.0.1:41'], poller: [], loader: ['http://127.0.0.1:43', 'http://127.0.0.1:44'] },
      ...servers,
      pids: { auth: [11], poller: [], loader: [13, 14] },
    });
  });
});
