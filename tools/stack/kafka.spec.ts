import { serverProperties } from './kafka.js';

describe("the broker's properties", () => {
  const lines = serverProperties(21_001, 21_002, '/home/kafka').split('\n');

  it('listen on the loopback address only', () => {
    const addresses = lines.filter((line) => /^(advertised\.)?listeners=/.test(line)).join();
    expect(addresses.match(/\/\/[^:]+/g)?.every((host) => host === '//127.0.0.1')).toBe(true);
  });

  it('create no topic by accident: a misspelled name must be an error', () => {
    expect(lines).toContain('auto.create.topics.enable=false');
  });

  it('name every internal topic that would else want three brokers', () => {
    for (const topic of ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']) {
      expect(lines).toContain(`${topic}.replication.factor=1`);
    }
  });
});
