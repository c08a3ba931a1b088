import { isPortageError } from '@portage/platform';

/**
 * Work that leaves a reserve of the day's calls. False when only calls are left that are for more urgent work: what was done
 * stays done, the rest is for later. A day of which the vendor itself says that it is spent stops everything, so that passes through.
 */
export async function whileSpare(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isPortageError(error) && error.code === 'budget.day_spent') return false;
    throw error;
  }
}
