import { type SchemaPlan } from '@portage/persistence';

export const plan: SchemaPlan = { schema: 'sync', owner: 'portage_poller', migrations: [] };
