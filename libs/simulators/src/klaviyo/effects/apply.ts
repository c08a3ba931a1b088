import { type World } from '../state/world.js';
import { subscribe, unsubscribe } from './consent.js';
import { recordEvents } from './events.js';
import { finishImport, startImport } from './import.js';
import { runSuppression } from './suppression.js';
import { type Work } from './work.js';

export function applyWork(world: World, work: Work): void {
  const account = world.accounts.get(work.account);
  if (account === undefined) return;
  switch (work.kind) {
    case 'import-start':
      return startImport(world, account, work.job);
    case 'import-finish':
      return finishImport(world, account, work.job);
    case 'subscribe':
      return subscribe(account, work);
    case 'unsubscribe':
      return unsubscribe(account, work);
    case 'suppression':
      return runSuppression(account, work.job);
    case 'events':
      return recordEvents(account, work);
    case 'deletion': {
      const profile = account.profiles.withId(work.profile);
      if (profile !== undefined) account.removeProfile(profile, work.cause);
      return;
    }
  }
}
