import { type Endpoint } from '../call.js';
import { accountEndpoints } from './accounts.js';
import { eventReadEndpoints } from './event-reads.js';
import { eventWriteEndpoints } from './event-writes.js';
import { importJobEndpoints } from './import-jobs.js';
import { listMemberEndpoints } from './list-members.js';
import { listEndpoints } from './lists.js';
import { metricAggregateEndpoints } from './metric-aggregates.js';
import { metricEndpoints } from './metrics.js';
import { profileEndpoints } from './profiles.js';
import { profileWriteEndpoints } from './profile-writes.js';
import { subscriptionEndpoints } from './subscriptions.js';
import { suppressionEndpoints } from './suppressions.js';

export const endpoints: readonly Endpoint[] = [
  ...accountEndpoints,
  ...listEndpoints,
  ...listMemberEndpoints,
  ...profileEndpoints,
  ...profileWriteEndpoints,
  ...importJobEndpoints,
  ...subscriptionEndpoints,
  ...suppressionEndpoints,
  ...eventWriteEndpoints,
  ...eventReadEndpoints,
  ...metricEndpoints,
  ...metricAggregateEndpoints,
];
