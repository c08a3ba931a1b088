import { isTestAddress } from '../rules/email.js';
import { type Account } from '../state/account.js';
import { type Profile } from '../state/profile.js';
import { addSuppression, liftSuppression } from './consent.js';

/** Suppressing makes missing people; lifting touches only what was suppressed by hand. */
export function runSuppression(account: Account, jobId: string): void {
  const job = account.suppressionJobs.get(jobId);
  if (job === undefined || job.status === 'cancelled' || job.status === 'complete') return;
  for (const profile of targets(account, job.emails, job.listId, job.kind === 'create')) {
    let changed: boolean;
    if (job.kind === 'create') {
      changed = addSuppression(account, profile, 'USER_SUPPRESSED');
      profile.updated = account.now();
      account.saved(profile, job.cause);
    } else {
      changed = liftSuppression(account, profile, 'USER_SUPPRESSED', job.cause);
    }
    if (changed) job.completed += 1;
    else job.skipped += 1;
  }
  job.total = job.completed + job.skipped;
  job.status = 'complete';
  job.completedAt = account.now();
  account.savedJob(job);
}

function targets(account: Account, emails: readonly string[], listId: string | null, create: boolean): Profile[] {
  if (listId !== null) {
    return [...(account.lists.get(listId)?.members.keys() ?? [])].flatMap((id) => account.profiles.withId(id) ?? []);
  }
  const mayMake = (email: string): boolean => create && !isTestAddress(email);
  return emails.flatMap(
    (email) => account.profiles.withEmail(email) ?? (mayMake(email) ? account.createProfile({ email }) : []),
  );
}
