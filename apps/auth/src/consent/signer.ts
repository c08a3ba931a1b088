import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type EncryptionKey } from '../credentials/vault.js';

/**
 * Signs short texts that leave through a browser and come back. Keys are derived from the encryption keys, one per purpose, so that
 * a signature for one purpose is none for another; the first signs, all verify.
 */
export class Signer {
  readonly #keys: readonly Buffer[];

  constructor(keys: readonly EncryptionKey[], purpose: 'ticket' | 'state' | 'session' | 'form') {
    this.#keys = keys.map(({ key }) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(key.reveal(), 'base64'), '', `portage ${purpose}`, 32)),
    );
  }

  /** `<base64url of text>.<signature>` */
  sign(text: string): string {
    const [first = Buffer.alloc(0)] = this.#keys;
    return `${Buffer.from(text).toString('base64url')}.${macOf(text, first).toString('base64url')}`;
  }

  /** The text, or undefined when no key made that signature. */
  verify(signed: string): string | undefined {
    const [body = '', signature = ''] = signed.split('.');
    const text = Buffer.from(body, 'base64url').toString('utf8');
    const given = Buffer.from(signature, 'base64url');
    const matches = this.#keys.map((key) => macOf(text, key)).filter((mac) => same(mac, given));
    return matches.length > 0 ? text : undefined;
  }
}

function macOf(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function same(mac: Buffer, given: Buffer): boolean {
  return mac.length === given.length && timingSafeEqual(mac, given);
}
