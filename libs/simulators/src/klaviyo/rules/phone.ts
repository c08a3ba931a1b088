import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** E.164, and a number that its country's plan knows. */
export function isPhone(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text) && parsePhoneNumberFromString(text)?.isValid() === true;
}
