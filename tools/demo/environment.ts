import { type SimulationAccess } from './simulation.js';

/**
 * The environment of services that work against simulated vendors: their addresses, and pacing that matches their speed
 * (the loader's waiting follows the pacing). What the caller's environment sets for itself stays.
 */
export function demoEnvironment(env: NodeJS.ProcessEnv, access: SimulationAccess, speed: number): NodeJS.ProcessEnv {
  return {
    CONSTANT_CONTACT_RATE: String(4 * speed),
    CONSTANT_CONTACT_DAILY_CALLS: String(10_000 * speed),
    KLAVIYO_LIMIT_SCALE: String(speed),
    // The simulated effects are as many times faster.
    LOADER_LANDING_SECONDS: String(Math.max(900 / speed, 60)),
    CONNECTIONS_REFRESH_SECONDS: '2',
    ...env,
    CONSTANT_CONTACT_API_URL: access.constantContact.url,
    CONSTANT_CONTACT_AUTH_URL: access.constantContact.authUrl,
    KLAVIYO_API_URL: access.klaviyo.url,
  };
}

/** An hour of the vendors' time, as the cron expression of the simulated account's passes. */
export function hourlySchedule(speed: number): string {
  return speed === 1 ? '0 * * * *' : `*/${Math.max(1, Math.round(60 / speed))} * * * *`;
}
