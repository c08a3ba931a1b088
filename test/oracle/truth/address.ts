/** One person per trimmed, lower-cased address. */
export function personOf(address: string): string {
  return address.trim().toLowerCase();
}

/** At most 100 characters, local part 64, a dotted domain, no quoted local part. */
export function isValidAddress(address: string): boolean {
  const person = personOf(address);
  const at = person.lastIndexOf('@');
  const local = person.slice(0, at);
  const domain = person.slice(at + 1);
  if (at < 1 || person.length > 100 || local.length > 64 || /[\s"@]/.test(local)) return false;
  return /^[^\s.@]+(\.[^\s.@]+)+$/.test(domain);
}
