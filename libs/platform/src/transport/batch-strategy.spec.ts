import { Controller, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PortageError } from '../errors.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { LOGGER } from '../http/tokens.js';
import { type BatchSource, BatchStrategy } from './batch-strategy.js';

class Source implements BatchSource {
  running = false;
  deliver: (batch: unknown) => Promise<void> = () => Promise.reject(new Error('not started'));

  constructor(
    readonly topic: string,
    private readonly failure?: Error,
  ) {}

  start(handler: (batch: unknown) => Promise<void>): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.running = true;
    this.deliver = handler;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.running = false;
    return Promise.resolve();
  }
}

const failure = new PortageError({ code: 'ledger.down', disposition: 'retry', message: 'The ledger is down.' });
const taken: unknown[] = [];

@Controller()
class Takers {
  @EventPattern('contacts')
  take(@Payload() batch: unknown): void {
    if (batch === 'poison') throw failure;
    taken.push(batch);
  }

  @EventPattern('lists')
  async takeSlowly(@Payload() batch: unknown): Promise<void> {
    await Promise.resolve();
    if (batch === 'poison') throw failure;
    taken.push(batch);
  }
}

@Module({
  controllers: [Takers],
  providers: [
    { provide: LOGGER, useValue: {} },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
class Loader {}

async function application(...sources: BatchSource[]) {
  const module = await Test.createTestingModule({ imports: [Loader] }).compile();
  const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  app.connectMicroservice({ strategy: new BatchStrategy(sources) }, { inheritAppConfig: true });
  await app.init();
  return app;
}

describe('BatchStrategy', () => {
  beforeEach(() => taken.splice(0));

  it('hands the very batch to the method of its topic and stops the sources with the application', async () => {
    const [contacts, lists] = [new Source('contacts'), new Source('lists')];
    const app = await application(contacts, lists);
    await app.startAllMicroservices();
    const batch = { records: [] };
    await contacts.deliver(batch);
    await lists.deliver(2);
    expect(taken).toEqual([batch, 2]);
    expect(taken[0]).toBe(batch);
    await app.close();
    expect([contacts.running, lists.running]).toEqual([false, false]);
  });

  it.each(['contacts', 'lists'])('lets the error of a method for %s through as it was thrown', async (topic) => {
    const sources = [new Source('contacts'), new Source('lists')];
    const app = await application(...sources);
    await app.startAllMicroservices();
    const source = sources.find((candidate) => candidate.topic === topic);
    await expect(source?.deliver('poison')).rejects.toBe(failure);
    await app.close();
  });

  it('fails to start when a source does, and stops the others', async () => {
    const contacts = new Source('contacts');
    const app = await application(contacts, new Source('lists', failure));
    await expect(app.startAllMicroservices()).rejects.toBe(failure);
    expect(contacts.running).toBe(false);
    await app.close();
  });

  it('fails to start when a topic has no method or a method no topic', async () => {
    const app = await application(new Source('contacts'), new Source('marks'));
    await expect(app.startAllMicroservices()).rejects.toThrow('no method takes marks, nothing feeds lists');
    await app.close();
  });
});
