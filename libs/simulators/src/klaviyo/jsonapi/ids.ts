import { type Random } from '../../http/index.js';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const mixed = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Like the vendor's ids of profiles and jobs: time first, so they sort by creation, then chance. */
export function ulid(time: number, random: Random): string {
  let head = '';
  for (let rest = time, at = 0; at < 10; at++) {
    head = crockford.charAt(rest % 32) + head;
    rest = Math.floor(rest / 32);
  }
  return head + random.text(16, crockford);
}

export function isUlid(text: string): boolean {
  return ulidPattern.test(text);
}

/** Like the vendor's ids of lists and metrics: no order in them. */
export function shortId(random: Random): string {
  return random.text(6, mixed);
}
