import { z } from 'zod';
import { PortageError } from './errors.js';
import { Secret } from './secret.js';

const origin = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
const someSeconds = z.coerce.number().min(0.05);
const seconds = (fallback: number) => someSeconds.default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .default('false')
  .transform((value) => value === 'true' || value === '1');
const secret = z.string().transform((value) => new Secret(value));
const tokens = z
  .string()
  .transform((value) => value.split(',').map((token) => token.trim()))
  .refine((list) => list.every((token) => token.length >= 32), 'every token needs at least 32 characters')
  .transform((list) => list.map((token) => new Secret(token)));
const encryptionKeys = z
  .string()
  .transform((value) => value.split(',').map((entry) => entry.trim().split(':')))
  .refine(
    (list) => list.every(([id, key]) => !!id && !!key && Buffer.from(key, 'base64').length === 32),
    'expected id:base64 of 32 bytes, comma-separated',
  )
  .transform((list) => list.map(([id, key]) => ({ id: id ?? '', key: new Secret(key ?? '') })));
const streamNames = ['lists', 'contacts', 'suppressions', 'activities'] as const;

/** Every variable that Portage knows, with its default. Units are in the names; periods go down to a fraction of a second. */
export const environmentSchema = z.object({
  CONSTANT_CONTACT_API_URL: origin.default('https://api.cc.email'),
  CONSTANT_CONTACT_AUTH_URL: origin.default('https://authz.constantcontact.com/oauth2/default/v1'),
  CONSTANT_CONTACT_RATE: z.coerce.number().min(0).default(4),
  CONSTANT_CONTACT_DAILY_CALLS: z.coerce.number().int().min(1).default(10_000),
  KLAVIYO_API_URL: origin.default('https://a.klaviyo.com'),
  KLAVIYO_AUTHORIZE_URL: origin.default('https://www.klaviyo.com/oauth/authorize'),
  KLAVIYO_REVISION: z.string().default('2026-07-15'),
  KLAVIYO_LIMIT_SCALE: z.coerce.number().min(0).default(1),
  KLAVIYO_CLIENT_ID: z.string().optional(),
  KLAVIYO_CLIENT_SECRET: secret.optional(),

  KAFKA_BROKERS: z
    .string()
    .transform((value) => value.split(',').map((broker) => broker.trim()))
    .optional(),
  KAFKA_SSL: flag,
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: secret.optional(),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]+$/)
    .default('portage'),
  SCHEMA_REGISTRY_URL: origin.optional(),
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: secret.optional(),
  DATABASE_URL: secret.optional(),
  DATABASE_SSL: flag,

  AUTH_PORT: port(3001),
  POLLER_PORT: port(3002),
  LOADER_PORT: port(3003),
  AUTH_URL: origin.optional(),
  POLLER_URL: origin.optional(),
  LOADER_URL: origin.optional(),
  PUBLIC_URL: origin.optional(),
  METRICS_PORT: port(0),
  BIND_ADDRESS: z.string().default('127.0.0.1'),

  PORTAGE_HOME: z.string().default('.portage'),
  PORTAGE_ADMIN_TOKEN: tokens.optional(),
  PORTAGE_SERVICE_TOKEN: tokens.optional(),
  PORTAGE_ENCRYPTION_KEYS: encryptionKeys.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),

  CONNECTIONS_REFRESH_SECONDS: seconds(10),
  LEASE_SECONDS: seconds(30),
  SHUTDOWN_SECONDS: seconds(20),

  POLLER_TICK_SECONDS: seconds(1),
  POLLER_OVERLAP_SECONDS: seconds(300),
  POLLER_CURSOR_LAG_SECONDS: seconds(120),
  LAG_PERIOD_SECONDS: seconds(10),
  /** Measurements on which a verdict rests. */
  LAG_WINDOW: z.coerce.number().int().min(2).default(10),

  LOADER_STREAMS: z
    .string()
    .default(streamNames.join(','))
    .transform((value) => value.split(',').map((stream) => stream.trim()))
    .pipe(z.array(z.enum(streamNames)).min(1)),
  LOADER_WINDOW_RECORDS: z.coerce.number().int().min(1).default(50_000),
  LOADER_LINGER_SECONDS: seconds(2),
  /** These three follow the vendor's pace: by default 2, 15 and 900 seconds, divided by a `KLAVIYO_LIMIT_SCALE` above 1. */
  LOADER_JOB_POLL_SECONDS: someSeconds.optional(),
  LOADER_READ_BACK_SECONDS: someSeconds.optional(),
  LOADER_REASSERT_SECONDS: someSeconds.optional(),
  /** Follows no pace: as long as a subscription can take to land; by default 900 seconds, and 600 with raised limits. */
  LOADER_LANDING_SECONDS: someSeconds.optional(),
});

export type Environment = z.infer<typeof environmentSchema>;
export type EnvironmentVariable = keyof Environment;

/**
 * Parses the environment once, at start. All problems are reported together, by variable name and never by value.
 * An empty string counts as absent, because compose files and shells hand unset variables over that way.
 *
 * @throws PortageError `config.invalid` (halt)
 */
export function loadConfig<Required extends EnvironmentVariable = never>(
  env: Readonly<Record<string, string | undefined>>,
  required: readonly Required[] = [],
): Environment & { [Name in Required]: NonNullable<Environment[Name]> } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${problemOf(issue)}`);
  const missing = required.filter(
    (name) => given[name] === undefined && environmentSchema.shape[name].safeParse(undefined).data === undefined,
  );
  problems.push(...missing.map((name) => `${name}: is required`));
  if (problems.length > 0 || !parsed.success) {
    throw new PortageError({
      code: 'config.invalid',
      disposition: 'halt',
      message: `The configuration is not usable. ${problems.join('; ')}.`,
    });
  }
  return parsed.data as Environment & { [Name in Required]: NonNullable<Environment[Name]> };
}

/** zod's own sentence, unless it would quote the value. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).filter(Boolean).join(', ')}`;
  if (issue.code === 'invalid_format') return `not a valid ${issue.format}`;
  return issue.message;
}
