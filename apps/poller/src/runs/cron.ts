/** The minutes that five cron fields name, in UTC. Pure; the fields are those that auth accepts: numbers, lists, ranges, steps. */
export interface Schedule {
  /** The first such minute after `at` (ms), or null when there is none within four years. */
  after(at: number): number | null;
  /** How often a day at most. */
  readonly perDay: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Null for `off` and for what is not understood. */
export function parseSchedule(text: string): Schedule | null {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const sets = fields.map((field, index) => setOf(field, ranges[index] ?? [0, 0]));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes?.size || !hours?.size || !days?.size || !months?.size || !weekdays?.size) return null;
  const anyDay = fields[2] === '*';
  const anyWeekday = fields[4] === '*';
  const matchesDay = (date: Date): boolean => {
    const byDate = days.has(date.getUTCDate());
    const byWeekday = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
    // Two restricted fields mean either of them; that is how cron has always read it.
    const either = anyDay || anyWeekday ? byDate && byWeekday : byDate || byWeekday;
    return either && months.has(date.getUTCMonth() + 1);
  };
  return {
    perDay: minutes.size * hours.size,
    after(at) {
      for (let day = Math.floor(at / DAY); day < Math.floor(at / DAY) + 4 * 366; day++) {
        if (!matchesDay(new Date(day * DAY))) continue;
        for (let time = Math.max(day * DAY, nextMinute(at)); time < (day + 1) * DAY; time += MINUTE) {
          const date = new Date(time);
          if (hours.has(date.getUTCHours()) && minutes.has(date.getUTCMinutes())) return time;
        }
      }
      return null;
    },
  };
}

function nextMinute(at: number): number {
  return (Math.floor(at / MINUTE) + 1) * MINUTE;
}

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

function setOf(field: string, [low, high]: readonly [number, number]): Set<number> {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (!match) return new Set();
    const [, from, to, step] = match;
    const first = from === undefined ? low : Number(from);
    const last = to !== undefined ? Number(to) : from !== undefined && step === undefined ? first : high;
    for (let value = first; value <= Math.min(last, high); value += Math.max(1, Number(step ?? 1))) values.add(value);
  }
  return values;
}
