import { type SchemaPlan } from '@portage/persistence';
import { CreateSync1764111000000 } from './1764111000000-create-sync.js';
import { CreateLag1764112800000 } from './1764112800000-create-lag.js';
import { CreateListGaps1764115200000 } from './1764115200000-create-list-gaps.js';
import { CreateSignals1764118800000 } from './1764118800000-create-signals.js';
import { CreatePublishedTo1764122400000 } from './1764122400000-create-published-to.js';
import { SummarisedReports1764126000000 } from './1764126000000-summarised-reports.js';
import { CreateSecondLooks1764129600000 } from './1764129600000-create-second-looks.js';
import { WastedCalls1764133200000 } from './1764133200000-wasted-calls.js';
import { CountPages1764137000000 } from './1764137000000-count-pages.js';

export const plan: SchemaPlan = {
  schema: 'sync',
  owner: 'portage_poller',
  migrations: [
    CreateSync1764111000000,
    CreateLag1764112800000,
    CreateListGaps1764115200000,
    CreateSignals1764118800000,
    CreatePublishedTo1764122400000,
    SummarisedReports1764126000000,
    CreateSecondLooks1764129600000,
    WastedCalls1764133200000,
    CountPages1764137000000,
  ],
};
