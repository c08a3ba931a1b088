import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PortageError, type ServiceContext } from '@portage/platform';
import { type AuthParts, openAuth } from './auth.parts.js';
import { Connections } from './connections/connections.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { Consent } from './consent/consent.js';
import { ConsentController } from './consent/consent.controller.js';
import { DailyWork } from './housekeeping/daily-work.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { ExchangeRecovery } from './tokens/exchange-recovery.js';
import { TokenBroker } from './tokens/token-broker.js';
import { TokensController } from './tokens/tokens.controller.js';

const PARTS = Symbol('AuthParts');

@Global()
@Module({})
export class AuthModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(PARTS) private readonly parts: AuthParts) {}

  static forService({ environment, logger, health }: ServiceContext): DynamicModule {
    const keys = environment.PORTAGE_ENCRYPTION_KEYS;
    if (!keys) {
      throw new PortageError({
        code: 'config.invalid',
        disposition: 'halt',
        message: 'The configuration is not usable. PORTAGE_ENCRYPTION_KEYS: is required.',
      });
    }
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
    ];
    return {
      module: AuthModule,
      imports: [HousekeepingModule],
      controllers: [ConnectionsController, TokensController, ConsentController],
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
