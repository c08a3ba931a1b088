import { type Endpoint, limits, maxima } from '@portage/klaviyo';

/** What a dry run finds would change in the target, apart from the fates of records. */
export interface DryFindings {
  readonly changes: DryChanges;
  /** Who would not be loaded, or not subscribed, and why: contact ids of some. */
  readonly refused: readonly Refusal[];
  readonly cost: DryCost;
}

export interface DryChanges {
  readonly profilesCreated: number;
  readonly profilesUpdated: number;
  readonly unsubscribed: number;
  readonly suppressed: number;
  readonly subscribed: number;
  readonly membershipsAdded: number;
  readonly membershipsRemoved: number;
  readonly listsCreated: number;
  readonly events: number;
  /** People for whom nothing would change. */
  readonly unchanged: number;
}

export interface Refusal {
  readonly reason: string;
  readonly count: number;
  readonly examples: readonly string[];
}

export interface DryCost {
  readonly requests: Readonly<Record<string, number>>;
  /** At the replay's share of the target's limits; endpoints are worked at side by side, so the slowest counts. */
  readonly minutes: number;
}

/** Rows of import jobs: one list a job, as the loader plans them. */
interface ImportSize {
  readonly rows: number;
  readonly bytes: number;
}

/** What the requests of a replay are counted from. */
export interface Workload {
  readonly changes: DryChanges;
  readonly imports: Iterable<ImportSize>;
  readonly phonesLookedUp: number;
}

/** Requests by endpoint and the time they take at least. Effects are read back, some of them more than once. */
export function costOf({ changes, imports, phonesLookedUp }: Workload, scale: number, share: number): DryCost {
  const jobs = [...imports].reduce((total, { rows, bytes }) => total + jobsOf(rows, bytes), 0);
  const per = (count: number, size: number) => Math.ceil(count / size);
  const { unsubscribed, suppressed, subscribed } = changes;
  const reads =
    per(unsubscribed + suppressed, maxima.readPeople) * READS_OF_EFFECT +
    per(subscribed, maxima.readPeople) * READS_OF_EFFECT +
    per(phonesLookedUp, maxima.readPeople);
  const requests: Partial<Record<Endpoint, number>> = {
    'GET /api/profiles': reads,
    'POST /api/profile-subscription-bulk-delete-jobs': per(unsubscribed, maxima.unsubscribe),
    'POST /api/profile-suppression-bulk-create-jobs': per(suppressed, maxima.suppress),
    'POST /api/profile-subscription-bulk-create-jobs': per(subscribed, maxima.subscribe),
    'POST /api/profile-bulk-import-jobs': jobs,
    'GET /api/profile-bulk-import-jobs/{job_id}': jobs * LOOKS_A_JOB,
    'DELETE /api/lists/{id}/relationships/profiles': per(changes.membershipsRemoved, maxima.members),
    'POST /api/lists': changes.listsCreated,
    'POST /api/event-bulk-create-jobs': per(changes.events, maxima.events),
  };
  const needed = (Object.entries(requests) as [Endpoint, number][]).filter(([, count]) => count > 0);
  const minutes = needed.map(([endpoint, count]) =>
    scale === 0 ? 0 : count / (limits[endpoint].steady * scale * share),
  );
  return { requests: Object.fromEntries(needed), minutes: Math.round(Math.max(0, ...minutes) * 10) / 10 };
}

/** One before and one after. */
const READS_OF_EFFECT = 2;
const LOOKS_A_JOB = 3;

function jobsOf(rows: number, bytes: number): number {
  return Math.max(Math.ceil(rows / maxima.importRows), Math.ceil(bytes / maxima.importBytes));
}
