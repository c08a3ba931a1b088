import { createLogger } from '../logging.js';
import { NestLogger } from './nest-logger.js';

describe('NestLogger', () => {
  const lines: string[] = [];
  const logger = new NestLogger(createLogger('test', 'info', { write: (line: string) => void lines.push(line) }));

  beforeEach(() => void (lines.length = 0));

  it('keeps the start-up chatter quiet', () => {
    logger.log('Nest application successfully started', 'NestApplication');
    expect(lines).toHaveLength(0);
  });

  it('leaves a failed start to the service, which tells it once', () => {
    logger.error('Error: connect postgres://user:hunter2@host', 'stack', 'ExceptionHandler');
    expect(lines).toHaveLength(0);
  });

  it('passes on warnings and other errors with their context', () => {
    logger.warn('careful', 'Router');
    logger.error('failed', undefined, 'Scheduler');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', context: 'Router', msg: 'careful' },
      { level: 'error', context: 'Scheduler', msg: 'failed' },
    ]);
  });
});
