import { type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, Health, loadConfig } from '@portage/platform';
import { PlatformModule, publishDocument } from '@portage/platform/service';
import { AuthModule } from '../../apps/auth/src/auth.module.js';
import { prepareServer } from '../../apps/auth/src/http/prepare.js';
import { LoaderModule } from '../../apps/loader/src/loader.module.js';
import { PollerModule } from '../../apps/poller/src/poller.module.js';

export const tokens = {
  admin: 'an-admin-token-for-tests-of-32-characters',
  service: 'a-service-token-for-tests-of-32-characters',
} as const;

export const serviceNames = ['auth', 'poller', 'loader'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface Facade {
  readonly app: NestFastifyApplication;
  /** `GET /path/:id` of everything it answers to. */
  readonly routes: readonly string[];
}

/** A service as its callers meet it, with every controller, guard and filter of its own, and nothing behind them. */
export async function openFacade(name: ServiceName): Promise<Facade> {
  const needed = ['DATABASE_URL', 'KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'PORTAGE_ENCRYPTION_KEYS'] as const;
  const environment = loadConfig(
    {
      DATABASE_URL: 'postgres://nowhere',
      KAFKA_BROKERS: 'nowhere:1',
      SCHEMA_REGISTRY_URL: 'http://nowhere',
      PORTAGE_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      PORTAGE_ADMIN_TOKEN: tokens.admin,
      PORTAGE_SERVICE_TOKEN: tokens.service,
    },
    [...needed, 'PORTAGE_ADMIN_TOKEN', 'PORTAGE_SERVICE_TOKEN'],
  );
  const logger = createLogger(name, 'silent');
  const health = new Health();
  const context = { environment, logger, health, crash: () => undefined };
  const service = { auth: AuthModule, poller: PollerModule, loader: LoaderModule }[name].forService(context);
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: class Root {},
      imports: [PlatformModule.forService(environment, logger, health), facadeOf(service)],
    } as never,
    new FastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  const routes: string[] = [];
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', ({ method, url }) => void [method].flat().forEach((one) => routes.push(`${one} ${url}`)));
  publishDocument(app, name);
  if (name === 'auth') await prepareServer(server);
  await app.init();
  await server.ready();
  return { app, routes: routes.filter((route) => !route.startsWith('HEAD ')) };
}

/** The module's controllers over providers that do nothing. */
function facadeOf({ controllers = [], providers = [] }: DynamicModule): DynamicModule {
  return {
    module: class Service {},
    controllers,
    providers: providers.map((provider) => ({ provide: tokenOf(provider), useValue: nothing })),
  };
}

function tokenOf(provider: Provider): Exclude<Provider, { provide: unknown }> & { name: string } {
  return (typeof provider === 'function' ? provider : provider.provide) as never;
}

/** Has every method and every property there is; none of them does anything. */
const nothing: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : nothing),
  apply: () => undefined,
});
