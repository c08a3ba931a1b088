import {
  CreateBudget1764108000000,
  KeepDistance1764141000000,
  LateGrants1764136000000,
  LearnLimits1764122000000,
} from '@portage/http';
import { type SchemaPlan } from '@portage/persistence';
import { plan as auth } from '../../apps/auth/src/migrations/index.js';
import { plan as loader } from '../../apps/loader/src/migrations/index.js';
import { plan as poller } from '../../apps/poller/src/migrations/index.js';

/** Every schema of Portage's database, in the order of migration: the shared quotas first, then one per service. */
export const plans: readonly SchemaPlan[] = [
  {
    schema: 'budget',
    owner: 'portage_budget',
    migrations: [
      CreateBudget1764108000000,
      LearnLimits1764122000000,
      LateGrants1764136000000,
      KeepDistance1764141000000,
    ],
  },
  auth,
  poller,
  loader,
];
