import { type SchemaPlan } from '@portage/persistence';
import { CreateLedger1764112000000 } from './1764112000000-create-ledger.js';
import { CreateDeadLetterStates1764113000000 } from './1764113000000-create-dead-letter-states.js';
import { CreateVerifications1764114000000 } from './1764114000000-create-verifications.js';
import { CreateFinalLooks1764115000000 } from './1764115000000-create-final-looks.js';
import { CreateBreakers1764116000000 } from './1764116000000-create-breakers.js';
import { AddUnexplained1764117000000 } from './1764117000000-add-unexplained.js';
import { CreateReplays1764120000000 } from './1764120000000-create-replays.js';
import { ParkActivities1764121000000 } from './1764121000000-park-activities.js';
import { RenamePeople1764123000000 } from './1764123000000-rename-people.js';
import { OptInsAhead1764124000000 } from './1764124000000-opt-ins-ahead.js';
import { ProfileInputs1764125000000 } from './1764125000000-profile-inputs.js';
import { EventRequests1764126000000 } from './1764126000000-event-requests.js';

export const plan: SchemaPlan = {
  schema: 'ledger',
  owner: 'portage_loader',
  migrations: [
    CreateLedger1764112000000,
    CreateDeadLetterStates1764113000000,
    CreateVerifications1764114000000,
    CreateFinalLooks1764115000000,
    CreateBreakers1764116000000,
    AddUnexplained1764117000000,
    CreateReplays1764120000000,
    ParkActivities1764121000000,
    RenamePeople1764123000000,
    OptInsAhead1764124000000,
    ProfileInputs1764125000000,
    EventRequests1764126000000,
  ],
};
