const pattern =
  /^(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** At most 100 characters, unquoted, with a dotted domain. */
export function isEmail(text: string): boolean {
  return text.length <= 100 && pattern.test(text);
}

const testDomains = /@(?:[^@]*\.)?(example\.(com|org|net)|test\.com)$/i;

/** Addresses whose events and subscriptions the vendor accepts and then drops; nor does an opt-out make somebody of them. */
export function isTestAddress(email: string): boolean {
  return testDomains.test(email);
}
