import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, Health, loadConfig, type Secret } from '@portage/platform';
import { PlatformModule, publishDocument } from '@portage/platform/service';
import { AuthModule } from '../../apps/auth/src/auth.module.js';
import { DailyWork } from '../../apps/auth/src/housekeeping/daily-work.js';
import { prepareServer } from '../../apps/auth/src/http/prepare.js';
import { ExchangeRecovery } from '../../apps/auth/src/tokens/exchange-recovery.js';

export const adminToken = 'an-admin-token-for-tests-of-32-characters';
export const serviceToken = 'a-service-token-for-tests-of-32-characters';
export const encryptionKeys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

export interface AuthService {
  readonly url: string;
  /** `METHOD /path` of everything it answers to. */
  readonly routes: readonly string[];
  recovery(): ExchangeRecovery;
  dailyWork(): DailyWork;
  /** Lines that it logged. */
  readonly log: string[];
  stop(): Promise<void>;
}

/** The auth service in this process, put together as `runService` does, on a port of its own. */
export async function startAuth(
  database: Secret,
  variables: Readonly<Record<string, string>> = {},
): Promise<AuthService> {
  const environment = loadConfig(
    {
      DATABASE_URL: database.reveal(),
      PORTAGE_ADMIN_TOKEN: adminToken,
      PORTAGE_SERVICE_TOKEN: serviceToken,
      PORTAGE_ENCRYPTION_KEYS: encryptionKeys,
      ...variables,
    },
    ['DATABASE_URL', 'PORTAGE_ADMIN_TOKEN', 'PORTAGE_SERVICE_TOKEN', 'PORTAGE_ENCRYPTION_KEYS'],
  );
  const log: string[] = [];
  const logger = createLogger('auth', 'debug', { write: (line: string) => void log.push(line) });
  const health = new Health();
  const crash = (error: unknown): void => void log.push(String(error));
  const imports = [
    PlatformModule.forService(environment, logger, health),
    AuthModule.forService({ environment, logger, health, crash }),
  ];
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: class Root {}, imports } as never,
    new FastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  const routes: string[] = [];
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', ({ method, url }) => void [method].flat().forEach((one) => routes.push(`${one} ${url}`)));
  publishDocument(app, 'auth');
  await prepareServer(server);
  await app.listen(Number(variables.AUTH_PORT ?? 0), '127.0.0.1');
  return {
    url: await app.getUrl(),
    routes,
    recovery: () => app.get(ExchangeRecovery),
    dailyWork: () => app.get(DailyWork),
    log,
    stop: () => app.close(),
  };
}
