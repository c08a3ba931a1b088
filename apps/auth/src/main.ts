import { runService } from '@portage/platform/service';
import { AuthModule } from './auth.module.js';
import { prepareServer } from './http/prepare.js';

await runService(
  {
    name: 'auth',
    port: 'AUTH_PORT',
    needs: ['PORTAGE_ENCRYPTION_KEYS'],
    module: (context) => AuthModule.forService(context),
    prepare: (app) => prepareServer(app.getHttpAdapter().getInstance()),
  },
  process.env,
);
