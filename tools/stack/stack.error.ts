import { PortageError } from '@portage/platform';

export type StackErrorCode =
  | 'stack.needs_java'
  | 'stack.needs_postgres'
  | 'stack.download_failed'
  | 'stack.not_ready'
  | 'stack.port_in_use'
  | 'stack.unreachable'
  | 'stack.in_use';

/** Something about the servers that only the person at the keyboard can change. Programs end with exit code 3. */
export function stackError(code: StackErrorCode, message: string, cause?: unknown): PortageError {
  return new PortageError({ code, disposition: 'halt', message, cause });
}
