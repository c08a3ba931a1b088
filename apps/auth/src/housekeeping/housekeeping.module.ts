import { type BeforeApplicationShutdown, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { type Environment, type Logger, Loop } from '@portage/platform';
import { ENVIRONMENT, LOGGER } from '@portage/platform/service';
import { ExchangeRecovery } from '../tokens/exchange-recovery.js';
import { DailyWork } from './daily-work.js';

/** What auth does unasked: interrupted exchanges at start and while running, the rest once a day. */
class Housekeeping implements OnModuleInit, BeforeApplicationShutdown {
  readonly #recovery: Loop;

  constructor(
    @Inject(ExchangeRecovery) recovery: ExchangeRecovery,
    @Inject(DailyWork) private readonly dailyWork: DailyWork,
    @Inject(LOGGER) logger: Logger,
    @Inject(ENVIRONMENT) environment: Environment,
  ) {
    this.#recovery = new Loop({
      name: 'exchange-recovery',
      // An orphan shows when its lease has run out.
      everyMs: (environment.LEASE_SECONDS / 2) * 1000,
      logger,
      turn: async () => {
        await recovery.resolve();
        return 'rest';
      },
    });
  }

  onModuleInit(): void {
    this.#recovery.start();
  }

  /** Every replica wakes up; the lease lets one of them do it. */
  @Cron('17 3 * * *', { name: 'daily-work', timeZone: 'UTC', waitForCompletion: true })
  async daily(): Promise<void> {
    await this.dailyWork.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.#recovery.stop(), this.dailyWork.settled()]);
  }
}

/** What it injects comes from the importing module, which is global. */
@Module({ imports: [ScheduleModule.forRoot()], providers: [Housekeeping] })
export class HousekeepingModule {}
