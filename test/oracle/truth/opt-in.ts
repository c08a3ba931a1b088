import { type ContactEmail } from '@portage/simulators';

/** The opt-in date if it says anything: there is one, and it does not lie in the future. */
export function usableOptIn(email: ContactEmail, now: number): number | undefined {
  return email.optInDate !== undefined && email.optInDate <= now ? email.optInDate : undefined;
}

/** The second of an explicit permission's date, which alone can outweigh opt-outs: those of earlier seconds. */
export function explicitOptIn(email: ContactEmail, now: number): number | undefined {
  const optIn = email.permission === 'explicit' ? usableOptIn(email, now) : undefined;
  return optIn === undefined ? undefined : Math.floor(optIn / 1000);
}
