import { inspect } from 'node:util';
import { loadConfig } from '@portage/platform';
import { kafkaConfigOf, registryConfigOf } from './index.js';

const brokers = { KAFKA_BROKERS: 'one:9092, two:9092' };
const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'hidden' };

describe('kafkaConfigOf', () => {
  it('takes brokers, prefix and credentials, and never prints the password', () => {
    const config = kafkaConfigOf(loadConfig({ ...brokers, ...sasl, KAFKA_SSL: 'true', TOPIC_PREFIX: 'p' }), 'loader');
    expect(config).toMatchObject({
      brokers: ['one:9092', 'two:9092'],
      clientId: 'loader',
      topicPrefix: 'p',
      ssl: true,
    });
    expect(config.sasl?.password.reveal()).toBe('hidden');
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hidden');
  });

  it.each(Object.keys(sasl))('refuses credentials without %s', (name) => {
    const env = loadConfig({ ...brokers, ...sasl, [name]: '' });
    expect(() => kafkaConfigOf(env, 'x')).toThrow('are given together or not at all');
  });

  it('names the variable that is missing', () => {
    expect(() => kafkaConfigOf(loadConfig({}), 'x')).toThrow('KAFKA_BROKERS is not set.');
    expect(() => registryConfigOf(loadConfig({}))).toThrow('SCHEMA_REGISTRY_URL is not set.');
  });
});
