import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './errors.js';

export type { Logger } from 'pino';

/**
 * One JSON line per entry. Keys that could carry a secret or a person are redacted even where a caller forgot. Invariant 10.
 */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: {
      paths: [
        'email',
        'emailAddress',
        'phone',
        'token',
        'accessToken',
        'refreshToken',
        'authorization',
        'key',
        'secret',
        'password',
      ].flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
