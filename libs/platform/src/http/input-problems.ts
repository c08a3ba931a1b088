import { type z } from 'zod';

/**
 * What is wrong with a request's input, field by field. zod's sentences name what was expected; what was given is not repeated,
 * since it may be an address or a secret in the wrong place. Invariant 10
 */
export function inputProblems({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.map(nameOf).join('.') || 'body'}: ${wordsOf(issue)}`).join('; ');
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown: ${issue.keys.map(nameOf).join(', ')}`;
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

/** A name that does not look like one is not a name. */
function nameOf(key: PropertyKey): string {
  return typeof key === 'number' || /^[a-z_]{1,40}$/i.test(String(key)) ? String(key) : '(not a name)';
}
