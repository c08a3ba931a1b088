import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { type Account } from '../account/index.js';
import { type GrantsState } from './oauth/grants.js';

/**
 * What outlives the process. Written before anybody can see the change, and as a whole, so that a kill at any moment leaves
 * what was last seen. Accounts are large and change rarely, tokens are small and change often: two files.
 */
export class StateStore {
  constructor(private readonly path: string | undefined) {}

  accounts(): Account[] | undefined {
    const bytes = this.read('accounts');
    return bytes === undefined ? undefined : (deserialize(bytes) as Account[]);
  }

  grants(): GrantsState | undefined {
    const bytes = this.read('grants');
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as GrantsState);
  }

  saveAccounts(accounts: readonly Account[]): void {
    if (this.path !== undefined) this.write('accounts', serialize(accounts));
  }

  saveGrants(grants: GrantsState): void {
    if (this.path !== undefined) this.write('grants', Buffer.from(JSON.stringify(grants)));
  }

  private read(part: string): Buffer | undefined {
    const file = `${this.path}.${part}`;
    return this.path !== undefined && existsSync(file) ? readFileSync(file) : undefined;
  }

  private write(part: string, bytes: Buffer): void {
    const file = `${this.path}.${part}`;
    writeFileSync(`${file}.next`, bytes);
    renameSync(`${file}.next`, file);
  }
}
