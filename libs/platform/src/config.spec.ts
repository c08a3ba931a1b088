import { environmentSchema, loadConfig } from './config.js';

const key = Buffer.alloc(32, 1).toString('base64');

/** What loadConfig says about an environment that is not usable. */
function complaint(env: Record<string, string>, required: Parameters<typeof loadConfig>[1] = []): string {
  try {
    loadConfig(env, required);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the configuration was taken');
}

describe('loadConfig', () => {
  it('needs nothing but what is required, and has the defaults for real use', () => {
    expect(loadConfig({})).toMatchObject({
      CONSTANT_CONTACT_API_URL: 'https://api.cc.email',
      CONSTANT_CONTACT_RATE: 4,
      CONSTANT_CONTACT_DAILY_CALLS: 10_000,
      KLAVIYO_LIMIT_SCALE: 1,
      AUTH_PORT: 3001,
      POLLER_PORT: 3002,
      LOADER_PORT: 3003,
      TOPIC_PREFIX: 'portage',
      PORTAGE_HOME: '.portage',
      LOADER_STREAMS: ['lists', 'contacts', 'suppressions', 'activities'],
    });
  });

  it.each([
    ['CONSTANT_CONTACT_API_URL', 'ftp://hidden-value'],
    ['CONSTANT_CONTACT_RATE', 'hidden-value'],
    ['KAFKA_SSL', 'hidden-value'],
    ['KAFKA_SASL_MECHANISM', 'hidden-value'],
    ['TOPIC_PREFIX', 'hidden value'],
    ['AUTH_PORT', '99999'],
    ['PORTAGE_ADMIN_TOKEN', 'hidden-value'],
    ['PORTAGE_ENCRYPTION_KEYS', 'k1:hidden-value'],
    ['LOG_LEVEL', 'hidden-value'],
    ['LEASE_SECONDS', '-17'],
    ['LOADER_STREAMS', 'lists,hidden-value'],
  ])('names %s and never its value. Invariant 10', (name, value) => {
    const words = complaint({ [name]: value });
    expect(words).toContain(name);
    expect(words).not.toContain(value);
    expect(words).not.toContain('hidden');
  });

  it('reports every problem at once', () => {
    const words = complaint({ AUTH_PORT: 'x', LOG_LEVEL: 'loud' }, ['DATABASE_URL', 'KAFKA_BROKERS']);
    for (const name of ['AUTH_PORT', 'LOG_LEVEL', 'DATABASE_URL: is required', 'KAFKA_BROKERS: is required']) {
      expect(words).toContain(name);
    }
  });

  it('takes an empty variable for an absent one', () => {
    const config = loadConfig({ AUTH_PORT: '', DATABASE_URL: '' });
    expect(config.AUTH_PORT).toBe(3001);
    expect(config.DATABASE_URL).toBeUndefined();
    expect(complaint({ DATABASE_URL: '' }, ['DATABASE_URL'])).toContain('DATABASE_URL: is required');
  });

  it('does not ask for what has a default', () => {
    expect(() => loadConfig({}, ['TOPIC_PREFIX'])).not.toThrow();
  });

  it('reads lists, keys and flags', () => {
    const config = loadConfig({
      KAFKA_BROKERS: 'a:1, b:2',
      KAFKA_SSL: 'true',
      PORTAGE_ADMIN_TOKEN: `${'a'.repeat(32)}, ${'b'.repeat(32)}`,
      PORTAGE_ENCRYPTION_KEYS: `new:${key},old:${key}`,
      AUTH_URL: 'http://auth:3001/',
    });
    expect(config.KAFKA_BROKERS).toEqual(['a:1', 'b:2']);
    expect(config.KAFKA_SSL).toBe(true);
    expect(config.PORTAGE_ADMIN_TOKEN?.map((token) => token.reveal())).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
    expect(config.PORTAGE_ENCRYPTION_KEYS?.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(config.AUTH_URL).toBe('http://auth:3001');
  });

  it('wraps every secret, so that a printed configuration shows none', () => {
    const secrets = Object.keys(environmentSchema.shape).filter((name) =>
      /PASSWORD|SECRET|TOKEN$|KEYS$|DATABASE_URL/.test(name),
    );
    const values = {
      PORTAGE_ADMIN_TOKEN: 't'.repeat(40),
      PORTAGE_SERVICE_TOKEN: 't'.repeat(40),
      PORTAGE_ENCRYPTION_KEYS: `k:${key}`,
    };
    const env = { ...Object.fromEntries(secrets.map((name) => [name, 'very-secret'])), ...values };
    const printed = JSON.stringify(loadConfig(env));
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    for (const value of ['very-secret', key, 't'.repeat(40)]) expect(printed).not.toContain(value);
  });
});
