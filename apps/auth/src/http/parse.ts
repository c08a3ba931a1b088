import { type z } from 'zod';
import { PortageError } from '@portage/platform';

/** A request's input in its proper type. @throws PortageError `auth.invalid_request` (dead-letter) naming every field that is wrong */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.map(nameOf).join('.') || 'body'}: ${wordsOf(issue)}`,
  );
  throw new PortageError({ code: 'auth.invalid_request', disposition: 'dead-letter', message: problems.join('; ') });
}

/** zod's sentences name what was expected; what was given is not repeated, since it may be a secret in the wrong place. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown: ${issue.keys.map(nameOf).join(', ')}`;
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

/** A name that does not look like one may be an address or a secret in the wrong place. Invariant 10 */
function nameOf(key: PropertyKey): string {
  return typeof key === 'number' || /^[a-z_]{1,40}$/i.test(String(key)) ? String(key) : '(not a name)';
}
