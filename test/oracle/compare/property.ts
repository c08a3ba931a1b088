import { type ExpectedProfile } from '../expect/profile.js';

const SEPARATORS = [', ', '; ', ',', ';', '|', ' | '];

/**
 * Moments by the moment and not the spelling (but always UTC); choices as a list in any order or one text; numbers and booleans as such
 * or as text.
 */
export function sameProperty(expected: ExpectedProfile['properties'][string], actual: unknown): boolean {
  if (typeof expected === 'string')
    return typeof actual !== 'object' && actual !== undefined && sameText(expected, actual);
  if (Array.isArray(expected)) return sameLabels(expected, actual);
  return typeof actual === 'string' && /(Z|\+00:00)$/.test(actual) && Date.parse(actual) === expected.moment;
}

function sameText(expected: string, actual: unknown): boolean {
  if (typeof actual === 'number') return Number(expected) === actual;
  if (String(actual) === expected) return true;
  // A date and time, written as the same moment in UTC.
  const moment = /^\d{4}-\d\d-\d\dT/.test(expected) ? Date.parse(expected) : NaN;
  return !Number.isNaN(moment) && typeof actual === 'string' && Date.parse(actual) === moment;
}

function sameLabels(expected: readonly string[], actual: unknown): boolean {
  if (Array.isArray(actual)) return JSON.stringify([...actual].sort()) === JSON.stringify([...expected].sort());
  return SEPARATORS.some((separator) => expected.join(separator) === actual);
}
