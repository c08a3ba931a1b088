import { type z } from 'zod';
import { inputProblems, PortageError } from '@portage/platform';

/** A request's input in its proper type. @throws PortageError `auth.invalid_request` (dead-letter) naming every field that is wrong */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const message = inputProblems(result.error);
  throw new PortageError({ code: 'auth.invalid_request', disposition: 'dead-letter', message });
}
