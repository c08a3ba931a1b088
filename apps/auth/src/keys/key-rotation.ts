import { z } from 'zod';
import { type Database, type Queries } from '@portage/persistence';
import { type Actor, record } from '../audit/audit.js';
import { type Place, type Vault } from '../credentials/vault.js';

export const rotationRequest = z
  .strictObject({ rows: z.int().min(1).max(1000).default(100).describe('At most so many rows in this turn.') })
  .default({ rows: 100 });

export const rotationResult = z.strictObject({
  keyId: z
    .string()
    .describe('The key that everything is sealed with from now on: the first of PORTAGE_ENCRYPTION_KEYS.'),
  resealed: z.strictObject({ credentials: z.int(), authorizations: z.int() }).describe('Rows of this turn.'),
  remaining: z.int().describe('Rows that another key still seals; ask again until there is none.'),
});
export type RotationResult = z.output<typeof rotationResult>;

interface SealedTable {
  readonly name: 'credentials' | 'authorizations';
  readonly table: string;
  /** SQL of the row's name in the envelope's place, unique in the table. */
  readonly row: string;
  readonly columns: readonly string[];
}

const sealedTables: readonly SealedTable[] = [
  {
    name: 'credentials',
    table: 'auth.credentials',
    row: `connection_id || '/' || provider`,
    columns: ['client_secret', 'private_key', 'access_token', 'refresh_token'],
  },
  { name: 'authorizations', table: 'auth.authorizations', row: 'state_hash', columns: ['verifier'] },
];

/**
 * Seals what older keys have sealed with the first key, some rows at a time, while everything runs: a row is locked for as long as
 * its envelopes are replaced, and whoever reads it before or after opens it with the key that its envelope names.
 */
export class KeyRotation {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  /** @throws PortageError `auth.secret_unreadable` (halt): a key that a row needs is not given any more; the turn changed nothing */
  async turn(rows: number, actor: Actor): Promise<RotationResult> {
    const keyId = this.vault.firstKeyId;
    const resealed = await this.database.transaction(async (queries) => {
      const counts = { credentials: 0, authorizations: 0 };
      for (const table of sealedTables) {
        const left = rows - counts.credentials - counts.authorizations;
        if (left > 0) counts[table.name] = await this.#reseal(queries, table, left);
      }
      if (counts.credentials + counts.authorizations > 0) {
        const entry = { actor, action: 'keys.rotated', connectionId: null, outcome: 'ok' } as const;
        await record(queries, { ...entry, details: { keyId, ...counts } });
      }
      return counts;
    });
    return { keyId, resealed, remaining: await this.#remaining() };
  }

  async #reseal(queries: Queries, { table, row, columns }: SealedTable, limit: number): Promise<number> {
    const found = await queries.query<Readonly<Record<string, string | null>>>(
      `SELECT ${row} AS place, ${columns.join(', ')} FROM ${table} WHERE ${staleIn(columns)} ORDER BY 1 LIMIT $2 FOR UPDATE`,
      [this.#sealedByFirst, limit],
    );
    for (const sealed of found) {
      const place = sealed.place ?? '';
      const envelopes = columns.map((column) => this.#renewed(sealed[column] ?? null, { table, row: place, column }));
      const changes = columns.map((column, index) => `${column} = $${index + 2}`);
      await queries.execute(`UPDATE ${table} SET ${changes.join(', ')} WHERE ${row} = $1`, [place, ...envelopes]);
    }
    return found.length;
  }

  #renewed(envelope: string | null, place: Place): string | null {
    return envelope === null ? null : this.vault.seal(this.vault.open(envelope, place), place);
  }

  async #remaining(): Promise<number> {
    const counts = sealedTables.map(
      ({ table, columns }) => `(SELECT count(*) FROM ${table} WHERE ${staleIn(columns)})`,
    );
    const [row] = await this.database.query<{ n: string }>(`SELECT ${counts.join(' + ')} AS n`, [this.#sealedByFirst]);
    return Number(row?.n ?? 0);
  }

  get #sealedByFirst(): string {
    return this.vault.prefix;
  }
}

/** SQL: some column holds an envelope that does not begin with $1. */
function staleIn(columns: readonly string[]): string {
  return columns.map((column) => `(${column} IS NOT NULL AND NOT starts_with(${column}, $1))`).join(' OR ');
}
