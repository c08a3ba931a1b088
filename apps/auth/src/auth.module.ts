import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type ServiceContext } from '@portage/platform/service';
import { type AuthParts, openAuth } from './auth.parts.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditReader } from './audit/audit-reader.js';
import { Connections } from './connections/connections.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { Consent } from './consent/consent.js';
import { ConsentController } from './consent/consent.controller.js';
import { DailyWork } from './housekeeping/daily-work.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { KeyRotation } from './keys/key-rotation.js';
import { KeysController } from './keys/keys.controller.js';
import { PagesAccess } from './pages/pages-access.js';
import { PagesController } from './pages/pages.controller.js';
import { ExchangeRecovery } from './tokens/exchange-recovery.js';
import { TokenBroker } from './tokens/token-broker.js';
import { TokensController } from './tokens/tokens.controller.js';

const PARTS = Symbol('AuthParts');

@Global()
@Module({})
export class AuthModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(PARTS) private readonly parts: AuthParts) {}

  static forService({ environment, logger, health }: ServiceContext<'PORTAGE_ENCRYPTION_KEYS'>): DynamicModule {
    const keys = environment.PORTAGE_ENCRYPTION_KEYS;
    const part =
      <Name extends keyof AuthParts>(name: Name) =>
      (parts: AuthParts) =>
        parts[name];
    const providers = [
      {
        provide: PARTS,
        useFactory: async () => {
          const parts = await openAuth(environment, keys, logger);
          health.register({
            name: 'database',
            check: () =>
              parts.database.query('SELECT 1').then(
                () => undefined,
                () => 'PostgreSQL does not answer',
              ),
          });
          return parts;
        },
      },
      { provide: Connections, useFactory: part('connections'), inject: [PARTS] },
      { provide: Consent, useFactory: part('consent'), inject: [PARTS] },
      { provide: TokenBroker, useFactory: part('broker'), inject: [PARTS] },
      { provide: ExchangeRecovery, useFactory: part('recovery'), inject: [PARTS] },
      { provide: DailyWork, useFactory: part('dailyWork'), inject: [PARTS] },
      { provide: AuditReader, useFactory: part('audit'), inject: [PARTS] },
      { provide: KeyRotation, useFactory: part('keyRotation'), inject: [PARTS] },
      { provide: PagesAccess, useFactory: part('pages'), inject: [PARTS] },
    ];
    return {
      module: AuthModule,
      imports: [HousekeepingModule],
      controllers: [
        ConnectionsController,
        TokensController,
        ConsentController,
        AuditController,
        KeysController,
        PagesController,
      ],
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }

  onModuleDestroy(): void {
    this.parts.stopWaiting();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.close();
  }
}
