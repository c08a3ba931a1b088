/** Injection tokens of what every service has. */
export const LOGGER = Symbol('Logger');
export const HEALTH = Symbol('Health');
export const ENVIRONMENT = Symbol('Environment');
