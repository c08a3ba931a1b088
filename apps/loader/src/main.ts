import { runService } from '@portage/platform/service';
import { LoaderModule, startConsumers } from './loader.module.js';

await runService(
  {
    name: 'loader',
    port: 'LOADER_PORT',
    needs: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'],
    module: (context) => LoaderModule.forService(context),
    prepare: (app) => Promise.resolve(startConsumers(app)),
  },
  process.env,
);
