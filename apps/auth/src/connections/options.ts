import { parseSchedule } from '@portage/platform';
import { z } from 'zod';

const activityTypes = ['sent', 'opened', 'clicked', 'bounced', 'opted_out', 'forwarded'] as const;

/** What an owner can set per connection; the description is the sentence of help that pages and command line show. */
const fields = {
  historyDays: z
    .number()
    .int()
    .min(0)
    .max(3650)
    .describe(
      'How many days of engagement before connecting are carried over. Opt-outs and bounces are always read whole.',
    ),
  activityTypes: z
    .array(z.enum(activityTypes))
    .refine((types) => new Set(types).size === types.length, 'names a type twice')
    .describe('Which engagement becomes events in Klaviyo.'),
  createLists: z.boolean().describe('Whether lists of Constant Contact that no mapping names are created in Klaviyo.'),
  listMap: z
    .record(z.string().min(1).max(100), z.string().min(1).max(100))
    .describe('Which list of Klaviyo takes the members of which list of Constant Contact: list id to list id.'),
  collectEngagement: z.boolean().describe('Whether engagement is carried over at all; off means no events.'),
  consent: z
    .enum(['explicit', 'explicit_and_implicit'])
    .describe('Whose consent becomes a subscription: only explicit permissions, or implicit ones with a date as well.'),
  schedule: z
    .string()
    .refine(
      (text) => text === 'off' || parseSchedule(text) !== null,
      'expected five cron fields in UTC, such as "0 * * * *", or "off"',
    )
    .describe('When changes are carried over: five cron fields in UTC, or off.'),
  metricSuffix: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .describe('What is added to the names of the metrics in Klaviyo, so that they stay apart from its own.'),
};

export const connectionOptions = z.strictObject(fields);
export type ConnectionOptions = z.infer<typeof connectionOptions>;

export const defaultOptions: ConnectionOptions = {
  historyDays: 90,
  activityTypes: ['opened', 'clicked', 'bounced', 'opted_out'],
  createLists: true,
  listMap: {},
  collectEngagement: true,
  consent: 'explicit',
  schedule: '0 * * * *',
  metricSuffix: '(Constant Contact)',
};

/** Some options, to be laid over others: an option that is not named keeps its value. */
export const optionChanges = connectionOptions.partial();
export type OptionChanges = z.infer<typeof optionChanges>;

export function withChanges(options: ConnectionOptions, changes: OptionChanges): ConnectionOptions {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...options, ...(Object.fromEntries(named) as Partial<ConnectionOptions>) };
}
