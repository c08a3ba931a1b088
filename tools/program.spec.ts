import { PortageError } from '@portage/platform';
import { exitCodeOf } from './program.js';

const error = (code: string): PortageError => new PortageError({ code, disposition: 'halt', message: 'A sentence.' });

describe('the exit code of a program', () => {
  it.each([
    [error('config.invalid'), 2],
    [Object.assign(new TypeError('Unknown option'), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }), 2],
    [error('stack.unreachable'), 3],
    [error('up.port_in_use'), 3],
    [error('kafka.unreachable'), 3],
    [error('registry.unauthorised'), 3],
    [error('upstream.odd'), 1],
    [new Error('a bug'), 1],
  ])('of %s is %d', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });
});
