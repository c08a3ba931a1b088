export { columns } from './columns.js';
export { Database, type DatabaseOptions, type DatabaseRole, type Queries, type Row } from './database.js';
export { type Lease, Leases } from './lease.js';
export { migrate, type MigrationInterface, type QueryRunner, type SchemaPlan } from './migrate.js';
