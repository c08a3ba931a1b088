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
    serializers: { err: described, error: described },
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

/** Callers hand errors over as they are or described already, and describing twice would leave nothing. */
function described(error: unknown): unknown {
  const isError = Object.prototype.toString.call(error) === '[object Error]';
  return isError || typeof error !== 'object' ? describeError(error) : error;
}
