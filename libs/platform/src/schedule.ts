import { CronTime } from 'cron';

/** The minutes that five cron fields name, in UTC. */
export interface Schedule {
  /** The first such minute after `at` (ms), or null when there is none within some years. */
  after(at: number): number | null;
  /** How often a day at most. */
  readonly perDay: number;
}

/** Null for `off` and whatever is not five cron fields: shorthands and a field for seconds are not taken. */
export function parseSchedule(text: string): Schedule | null {
  if (text.trim().split(/\s+/).length !== 5) return null;
  const time = cronTimeOf(text);
  if (time === null) return null;
  const [, minutes = '*', hours = '*'] = time.toJSON();
  return {
    perDay: valuesIn(minutes, 60) * valuesIn(hours, 24),
    after(at) {
      try {
        return time.getNextDateFrom(new Date(at), 'UTC').toMillis();
      } catch {
        // A day that no year has.
        return null;
      }
    },
  };
}

/** How often a day something on this schedule happens; once where it is off. */
export function timesPerDay(schedule: string): number {
  return Math.max(1, parseSchedule(schedule)?.perDay ?? 1);
}

function cronTimeOf(text: string): CronTime | null {
  try {
    return new CronTime(text.trim(), 'UTC');
  } catch {
    return null;
  }
}

function valuesIn(field: string, all: number): number {
  return field === '*' ? all : field.split(',').length;
}
