export type NormalisedEmail =
  { readonly ok: true; readonly email: string } | { readonly ok: false; readonly reason: 'no_email' | 'invalid_email' };

/** Klaviyo takes at most 100 characters; the local part's limit is SMTP's. */
const MAX_LENGTH = 100;
const MAX_LOCAL_LENGTH = 64;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
/** Dot-separated atoms: no quoted local part, no leading, trailing or double dot. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Letters, or the ASCII form of an international one. */
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;

/**
 * The address that names a person: trimmed and lower-cased. Deliberately narrower than the mail standards, because
 * Klaviyo refuses a whole request for one address that it does not like.
 */
export function normaliseEmail(raw: string | null | undefined): NormalisedEmail {
  const trimmed = raw?.trim() ?? '';
  if (trimmed === '') return { ok: false, reason: 'no_email' };
  // Before lower-casing: some letters outside ASCII, like the Kelvin sign, become ASCII by it and would be somebody else.
  if (!VISIBLE_ASCII.test(trimmed)) return { ok: false, reason: 'invalid_email' };
  const email = trimmed.toLowerCase();
  return isAcceptable(email) ? { ok: true, email } : { ok: false, reason: 'invalid_email' };
}

function isAcceptable(email: string): boolean {
  if (email.length > MAX_LENGTH) return false;
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  return local.length <= MAX_LOCAL_LENGTH && LOCAL.test(local) && isDomain(email.slice(at + 1));
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? '');
}
