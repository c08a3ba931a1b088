import { brokerAddress, givenServers } from './given-servers.js';

describe('servers given by the environment', () => {
  it('count one by one, and not when empty', () => {
    expect(givenServers({ KAFKA_BROKERS: 'a:1,b:2', SCHEMA_REGISTRY_URL: '', DATABASE_URL: undefined })).toEqual({
      kafka: 'a:1,b:2',
    });
  });

  it('lose a trailing slash of the registry, to which paths are appended', () => {
    expect(givenServers({ SCHEMA_REGISTRY_URL: 'http://r:8080/apis/ccompat/v7/' })).toEqual({
      schemaRegistry: 'http://r:8080/apis/ccompat/v7',
    });
  });

  it.each([
    ['kafka.example.org:19092', { host: 'kafka.example.org', port: 19_092 }],
    [' kafka ', { host: 'kafka', port: 9092 }],
    ['[::1]:9092', { host: '::1', port: 9092 }],
  ])('broker %j is an address', (broker, address) => {
    expect(brokerAddress(broker)).toEqual(address);
  });
});
