import { z } from 'zod';
import { inputProblems } from './input-problems.js';

const schema = z.strictObject({
  name: z.string(),
  options: z.strictObject({ historyDays: z.int().min(1).optional() }),
  lists: z.record(z.string(), z.string()).optional(),
});

it.each([
  ['a field that is missing', { options: {} }, 'name: is required'],
  [
    'several',
    { name: 1, options: { historyDays: 0 } },
    'name: invalid input: expected string, received number; options.historyDays: too small: expected number to be >=1',
  ],
  ['an unknown field', { name: '', options: { colour: 1 } }, 'options: unknown: colour'],
  ['an address for a name', { name: '', options: {}, 'jo@x.example': 1 }, 'body: unknown: (not a name)'],
  ['a secret for a name', { name: '', options: {}, pk_0a1b2c: 1 }, 'body: unknown: (not a name)'],
  [
    'an address in a path',
    { name: '', options: {}, lists: { 'jo@x.example': 1 } },
    'lists.(not a name): invalid input: expected string, received number',
  ],
  ['no object', 'jo@x.example', 'body: invalid input: expected object, received string'],
])('says what is wrong with %s and never what was given', (_case, input, expected) => {
  const { error } = schema.safeParse(input);
  expect(error && inputProblems(error)).toBe(expected);
});
