import { PortageError } from '@portage/platform';

/** Wrong usage, in words: exit code 2. */
export function usage(message: string): PortageError {
  return new PortageError({ code: 'cli.usage', disposition: 'halt', message });
}
