import { runService } from '@portage/platform';
import { PollerModule } from './poller.module.js';

await runService(
  { name: 'poller', port: 'POLLER_PORT', module: (context) => PollerModule.forService(context) },
  process.env,
);
