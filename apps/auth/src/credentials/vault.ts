import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PortageError, Secret } from '@portage/platform';

export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: Secret;
}

/** Where a secret is kept. It is bound to the envelope, so that a sealed value copied to another row cannot be opened there. */
export interface Place {
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets with AES-256-GCM. An envelope is `v1:<key id>:<base64url of iv, tag and ciphertext>`; the first key seals, all open,
 * so that a key is replaced by putting a new one in front.
 */
export class Vault {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #first: string;

  constructor(keys: readonly EncryptionKey[]) {
    this.#keys = new Map(keys.map(({ id, key }) => [id, Buffer.from(key.reveal(), 'base64')]));
    this.#first = keys[0]?.id ?? '';
  }

  /** The key that seals. */
  get firstKeyId(): string {
    return this.#first;
  }

  /** What every envelope of the first key begins with. */
  get prefix(): string {
    return `${version}:${this.#first}:`;
  }

  seal(secret: Secret, place: Place): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#first), iv).setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return [version, this.#first, Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')].join(':');
  }

  /** @throws PortageError `auth.secret_unreadable` (halt): a key that is not given, or a value that was changed or moved */
  open(envelope: string, place: Place): Secret {
    const [format, keyId = '', content = ''] = envelope.split(':');
    if (format !== version) throw unreadable(place, 'its envelope is of an unknown kind');
    const key = this.#key(keyId);
    const bytes = Buffer.from(content, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAAD(boundTo(place)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const opened = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      return new Secret(opened.toString('utf8'));
    } catch {
      throw unreadable(place, `key "${keyId}" does not open it`);
    }
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key) return key;
    throw new PortageError({
      code: 'auth.secret_unreadable',
      disposition: 'halt',
      message: `Encryption key "${id}" is needed and PORTAGE_ENCRYPTION_KEYS does not have it.`,
    });
  }
}

function boundTo(place: Place): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.row, place.column]));
}

function unreadable(place: Place, why: string): PortageError {
  return new PortageError({
    code: 'auth.secret_unreadable',
    disposition: 'halt',
    message: `A stored secret (${place.table}.${place.column}) cannot be read: ${why}.`,
  });
}
