/** `npm run test:long` runs the same scenarios at full size; `--seed` makes them other ones. */
export const isLong = process.env['PORTAGE_TEST_LONG'] === '1';

export const seed = Number(process.env['PORTAGE_TEST_SEED'] ?? '1');

export function size(small: number, full: number): number {
  return isLong ? full : small;
}

/** For Jest: generous, because it only has to end a test that hangs. */
export const timeoutMs = size(10, 80) * 60_000;
