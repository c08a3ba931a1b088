import { type SchemaPlan } from '@portage/persistence';

export const plan: SchemaPlan = { schema: 'ledger', owner: 'portage_loader', migrations: [] };
