import { runService } from '@portage/platform/service';
import { PollerModule } from './poller.module.js';

await runService(
  {
    name: 'poller',
    port: 'POLLER_PORT',
    needs: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'],
    module: (context) => PollerModule.forService(context),
  },
  process.env,
);
