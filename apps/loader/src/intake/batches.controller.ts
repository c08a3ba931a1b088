import { Controller, Inject, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type TakenBatch } from '@portage/kafka';
import { type Activity, type Contact, type List, type Mark, type Stream, type Suppression } from '@portage/records';
import { Loader } from '../loader.js';

@Controller()
class ListsController {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  @EventPattern('lists')
  take(@Payload() batch: TakenBatch<List>): Promise<void> {
    return this.loader.take('lists', batch);
  }
}

@Controller()
class ContactsController {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  @EventPattern('contacts')
  take(@Payload() batch: TakenBatch<Contact>): Promise<void> {
    return this.loader.take('contacts', batch);
  }
}

@Controller()
class SuppressionsController {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  @EventPattern('suppressions')
  take(@Payload() batch: TakenBatch<Suppression>): Promise<void> {
    return this.loader.take('suppressions', batch);
  }
}

@Controller()
class ActivitiesController {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  @EventPattern('activities')
  take(@Payload() batch: TakenBatch<Activity>): void {
    this.loader.takeActivities(batch);
  }
}

@Controller()
class MarksController {
  constructor(@Inject(Loader) private readonly loader: Loader) {}

  @EventPattern('marks')
  take(@Payload() batch: TakenBatch<Mark>): void {
    this.loader.takeMarks(batch);
  }
}

/** Controllers of the streams that this replica loads; `LOADER_STREAMS` picks them. Every replica reads marks. */
export function controllersOf(streams: readonly Stream[]): Type[] {
  const all: Readonly<Record<Stream, Type>> = {
    lists: ListsController,
    contacts: ContactsController,
    suppressions: SuppressionsController,
    activities: ActivitiesController,
  };
  return [...new Set(streams)].map((stream) => all[stream]).concat(MarksController);
}
