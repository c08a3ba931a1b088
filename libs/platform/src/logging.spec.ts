import { createLogger } from './logging.js';

describe('createLogger', () => {
  const lines: string[] = [];
  const logger = createLogger('auth', 'info', { write: (line: string) => void lines.push(line) });

  beforeEach(() => void (lines.length = 0));

  it('writes one JSON line with service, level and time', () => {
    logger.info({ topic: 'x' }, 'listening');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', service: 'auth', topic: 'x', msg: 'listening' });
    expect(lines).toHaveLength(1);
  });

  it.each(['email', 'phone', 'token', 'accessToken', 'refreshToken', 'authorization', 'secret', 'password', 'key'])(
    'redacts %s where a caller forgot. Invariant 10',
    (name) => {
      logger.info({ [name]: 'hunter2', nested: { [name]: 'hunter2' } }, 'x');
      expect(lines.join()).not.toContain('hunter2');
    },
  );

  it("leaves out a foreign error's message", () => {
    logger.error({ err: new Error('row of someone@example.org') }, 'failed');
    expect(lines.join()).not.toContain('example.org');
  });
});
