import { setFlagsFromString } from 'node:v8';
import { runService } from '@portage/platform/service';
import { PollerModule } from './poller.module.js';

// Pages leave a hundred megabytes of garbage behind every few seconds. It is cleared away before there is as much of it as of what is
// in use, not several times as much: for some processor time, memory stays the same however many contacts a pass reads.
setFlagsFromString('--heap-growing-percent=70');

await runService(
  {
    name: 'poller',
    port: 'POLLER_PORT',
    needs: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'],
    module: (context) => PollerModule.forService(context),
  },
  process.env,
);
