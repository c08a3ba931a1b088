import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, Health, loadConfig } from '@portage/platform';
import { PlatformModule } from '@portage/platform/service';
import { PollerModule } from '../../apps/poller/src/poller.module.js';
import { type PollerHarness } from './harness.js';

class Root {}

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A poller with its HTTP side, called without a network. */
export class PollerService {
  private constructor(readonly app: NestFastifyApplication) {}

  static async start(harness: PollerHarness): Promise<PollerService> {
    const environment = loadConfig(harness.env, [
      'KAFKA_BROKERS',
      'SCHEMA_REGISTRY_URL',
      'DATABASE_URL',
      'PORTAGE_ADMIN_TOKEN',
      'PORTAGE_SERVICE_TOKEN',
    ]);
    const logger = createLogger('poller', 'silent');
    const health = new Health();
    const imports = [
      PlatformModule.forService(environment, logger, health),
      PollerModule.forService({ environment, logger, health, crash: () => undefined }),
    ];
    const app = await NestFactory.create<NestFastifyApplication>({ module: Root, imports }, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new PollerService(app);
  }

  async call(method: 'GET' | 'POST', url: string, body?: object, token = 'a'.repeat(32)): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await this.app.inject({
      method,
      url,
      headers,
      ...(body ? { payload: JSON.stringify(body) } : {}),
    });
    return { status: response.statusCode, body: response.body === '' ? undefined : JSON.parse(response.body) };
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
