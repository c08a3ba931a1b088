import { type Work } from '../effects/work.js';
import { eventColumns } from './account.js';
import { type AuditEntry } from './audit.js';
import { type Metric } from './event-store.js';
import { type ImportJob, type SuppressionJob } from './jobs.js';
import { type List } from './list.js';
import { type Profile } from './profile.js';
import { type WriteRecord } from './account.js';
import { type World } from './world.js';

/** Puts one line of the journal back; the last line of a thing wins. */
export class Restorer {
  private readonly due = new Map<number, { at: number; work: Work }>();

  constructor(private readonly world: World) {}

  line([kind, accountId, ...values]: unknown[]): void {
    if (kind === 'due') {
      const [id, at, work] = values as [number, number, Work];
      this.due.set(id, { at, work });
      return;
    }
    if (kind === 'done') {
      this.due.delete(values[0] as number);
      return;
    }
    const account = this.world.accounts.get(accountId as string);
    if (account === undefined) return;
    switch (kind) {
      case 'p': {
        const profile = values[0] as Profile;
        const known = account.profiles.at(profile.seq);
        if (known !== undefined) account.profiles.remove(known);
        account.profiles.add(profile);
        return;
      }
      case 'p-': {
        const profile = account.profiles.at(values[0] as number);
        if (profile === undefined) return;
        account.profiles.remove(profile);
        account.events.removeOf(profile.seq);
        for (const list of account.lists.values()) list.members.delete(profile.id);
        return;
      }
      case 'l': {
        const list = values[0] as Omit<List, 'members'>;
        account.lists.set(list.id, {
          ...list,
          members: account.lists.get(list.id)?.members ?? new Map<string, number>(),
        });
        return;
      }
      case 'l-':
        account.lists.delete(values[0] as string);
        return;
      case 'm':
        account.lists.get(values[0] as string)?.members.set(values[1] as string, values[2] as number);
        return;
      case 'm-':
        account.lists.get(values[0] as string)?.members.delete(values[1] as string);
        return;
      case 't':
        account.restoreMetric(values[0] as Metric);
        return;
      case 'e': {
        const [profile, metric, time, uniqueId, properties, value, backfill] = values as [
          number,
          number,
          number,
          string,
          string,
          number | null,
          boolean,
        ];
        account.events.add({ profile, metric, time, uniqueId, properties, value, backfill });
        return;
      }
      case 'j':
        account.importJobs.set((values[0] as ImportJob).id, values[0] as ImportJob);
        return;
      case 'j+': {
        const progress = values[0] as Omit<ImportJob, 'rows'>;
        const known = account.importJobs.get(progress.id);
        if (known !== undefined) Object.assign(known, progress);
        return;
      }
      case 'v': {
        const profile = account.profiles.at(values[0] as number);
        if (profile !== undefined) profile.lastEvent = values[1] as number;
        return;
      }
      case 's':
        account.suppressionJobs.set((values[0] as SuppressionJob).id, values[0] as SuppressionJob);
        return;
      case 'a':
        account.audit.restore(values[0] as AuditEntry);
        return;
      case 'w':
        account.writes.push(values[0] as WriteRecord);
        return;
      default:
        return;
    }
  }

  finish(): void {
    for (const [id, { at, work }] of this.due) this.world.restoreWork(id, at, work);
  }
}

/** Everything as lines, for a file that starts afresh. */
export function* linesOf(world: World): IterableIterator<unknown[]> {
  for (const [id, account] of world.accounts) {
    for (const profile of account.profiles.all()) yield ['p', id, profile];
    for (const list of account.lists.values()) {
      const { members, ...attributes } = list;
      yield ['l', id, attributes];
      for (const [profile, joined] of members) yield ['m', id, list.id, profile, joined];
    }
    for (const metric of account.metrics) yield ['t', id, metric];
    for (const event of account.events.all()) yield ['e', id, ...eventColumns(event)];
    for (const job of account.importJobs.values()) yield ['j', id, job];
    for (const job of account.suppressionJobs.values()) yield ['s', id, job];
    for (const entry of account.audit.entries) yield ['a', id, entry];
    for (const write of account.writes) yield ['w', id, write];
  }
  for (const { at, work } of world.timeline.pending()) yield ['due', '', work.id, at, work.work];
}
