import { type ContactEmail } from '@portage/simulators';

/** The opt-in date if it says anything: there is one, and it does not lie in the future. */
export function usableOptIn(email: ContactEmail, now: number): number | undefined {
  return email.optInDate !== undefined && email.optInDate <= now ? email.optInDate : undefined;
}

/** Date of an explicit permission, which alone can outweigh an opt-out. */
export function explicitOptIn(email: ContactEmail, now: number): number | undefined {
  return email.permission === 'explicit' ? usableOptIn(email, now) : undefined;
}
