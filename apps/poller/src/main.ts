import { setFlagsFromString } from 'node:v8';
import { runService } from '@portage/platform/service';
import { PollerModule } from './poller.module.js';

// Pages leave a hundred megabytes of garbage behind every few seconds. It is cleared away when there is about as much of it as
// of what is in use, and not several times as much: memory stays the same however many contacts a pass reads.
setFlagsFromString('--heap-growing-percent=120');

await runService(
  {
    name: 'poller',
    port: 'POLLER_PORT',
    needs: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'],
    module: (context) => PollerModule.forService(context),
  },
  process.env,
);
