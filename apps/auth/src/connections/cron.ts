/** Minute, hour, day of month, month, day of week (0 and 7 are Sunday). */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** True for five cron fields of numbers, lists, ranges and steps. Names such as MON and shorthands such as @daily are not taken. */
export function isCron(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return parts.length === ranges.length && ranges.every((range, index) => isField(parts[index] ?? '', range));
}

function isField(field: string, range: readonly [number, number]): boolean {
  return field.split(',').every((item) => isItem(item, range));
}

function isItem(item: string, [low, high]: readonly [number, number]): boolean {
  const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
  if (!match) return false;
  const [, from, to, step] = match;
  if (step !== undefined && Number(step) === 0) return false;
  const bounds = [from, to].filter((bound) => bound !== undefined).map(Number);
  const inOrder = to === undefined || Number(from) <= Number(to);
  return inOrder && bounds.every((bound) => bound >= low && bound <= high);
}
