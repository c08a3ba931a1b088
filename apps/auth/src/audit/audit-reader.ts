import { z } from 'zod';
import { type Database } from '@portage/persistence';

export const auditQuery = z.strictObject({
  connection: z.string().max(100).optional().describe('Only entries of this connection.'),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Only entries older than this one; `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Entries of a page.'),
});

export const auditPage = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.int(),
      at: z.iso.datetime(),
      actor: z.string().describe('admin, service, owner (in a browser) or auth (by itself).'),
      address: z.string().nullable().describe('Network address of the request; null for what auth does by itself.'),
      action: z.string(),
      connectionId: z.string().nullable(),
      outcome: z.string().describe('ok, or the code of the error.'),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.int().nullable().describe('Give it as `before` for the next page; null on the last.'),
});
export type AuditPage = z.output<typeof auditPage>;

/** Reads the audit, newest first. */
export class AuditReader {
  constructor(private readonly database: Database) {}

  async page({ connection, before, limit }: z.output<typeof auditQuery>): Promise<AuditPage> {
    const rows = await this.database.query<AuditRow>(
      `SELECT id, at, actor, address, action, connection_id, outcome, details FROM auth.audit
       WHERE ($1::text IS NULL OR connection_id = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [connection ?? null, before ?? null, limit + 1],
    );
    const entries = rows.slice(0, limit).map(({ id, at, connection_id: connectionId, ...entry }) => ({
      id: Number(id),
      at: at.toISOString(),
      connectionId,
      ...entry,
    }));
    return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }
}

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly address: string | null;
  readonly action: string;
  readonly connection_id: string | null;
  readonly outcome: string;
  readonly details: Record<string, unknown>;
}
