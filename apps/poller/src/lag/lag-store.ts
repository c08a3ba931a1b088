import { type Lease, type Queries } from '@portage/persistence';
import { type LagReport } from './lag-report.js';

export interface MeasuredLag extends LagReport {
  readonly measuredAt: Date;
}

/** The last measurement, in PostgreSQL: the elected poller writes it, any replica answers with it. */
export class LagStore {
  constructor(private readonly queries: Queries) {}

  /** Does nothing when the lease was lost meanwhile: somebody else has measured later. */
  async save(lease: Lease, report: LagReport, at: number): Promise<void> {
    await this.queries.execute(
      `INSERT INTO sync.lag (measured_at, partitions, groups)
       SELECT $1, $2::jsonb, $3::jsonb FROM sync.leases WHERE key = $4 AND fence = $5 AND expires_at > now()
       ON CONFLICT (only_row) DO UPDATE SET
         measured_at = EXCLUDED.measured_at, partitions = EXCLUDED.partitions, groups = EXCLUDED.groups`,
      [new Date(at), JSON.stringify(report.partitions), JSON.stringify(report.groups), lease.key, lease.fence],
    );
  }

  /** Undefined before the first measurement. */
  async last(): Promise<MeasuredLag | undefined> {
    const [row] = await this.queries.query<LagReport & { readonly measured_at: Date }>(
      'SELECT measured_at, partitions, groups FROM sync.lag',
    );
    return row && { measuredAt: row.measured_at, partitions: row.partitions, groups: row.groups };
  }
}
