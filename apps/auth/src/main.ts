import { runService } from '@portage/platform';
import { AuthModule } from './auth.module.js';
import { prepareServer } from './http/prepare.js';

await runService(
  {
    name: 'auth',
    port: 'AUTH_PORT',
    module: (context) => AuthModule.forService(context),
    prepare: (app) => prepareServer(app.getHttpAdapter().getInstance()),
  },
  process.env,
);
