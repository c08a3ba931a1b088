import { type Belongings } from './belongings.js';
import { checkActivities } from './check-activities.js';
import { checkLists } from './check-lists.js';
import { checkPeople } from './check-people.js';
import { checkRecords, type StreamSize } from './check-records.js';
import { compareSource } from './compare-counts.js';
import { type VerifyContext } from './context.js';
import { repairAll } from './repair.js';
import { RepairPlan } from './repair-plan.js';
import { readSource, type SourceCounts } from './source.js';
import { type ClassReport } from './tally.js';

interface PerStream<T> {
  readonly lists: T;
  readonly contacts: T;
  readonly suppressions: T;
  readonly activities: T;
}

/** Source, topics, ledger and Klaviyo side by side, and every difference between them. Names no person. */
export interface VerificationReport {
  /** No difference was found; notes do not count. */
  readonly equal: boolean;
  readonly source: SourceCounts | null;
  /** What could not be learned of the source, and why. */
  readonly sourceMissing: string | null;
  readonly topic: PerStream<number>;
  readonly ledger: PerStream<number> & { readonly people: number };
  readonly compared: number;
  readonly klaviyo: {
    readonly profiles: number;
    readonly subscribed: number;
    readonly suppressed: number;
    readonly lists: number;
    readonly memberships: number;
    readonly events: Readonly<Record<string, number>>;
  };
  readonly classes: readonly ClassReport[];
}

/** Reads everything that there is to compare, then repairs what was asked for. */
export async function runVerification(context: VerifyContext): Promise<VerificationReport> {
  const { tally, request } = context;
  const plan = new RepairPlan(request.repair);
  const source = context.connection.sourced ? await readSource(context) : withoutSource(context.belongings);
  const sizes = await checkRecords(context, plan);
  if (typeof source !== 'string') for (const finding of compareSource(source, sizes)) tally.add(finding);
  const lists = await checkLists(context, plan);
  const people = await checkPeople(context, plan, lists);
  const activities = await checkActivities(context);
  await repairAll(context, plan);
  const classes = tally.report();
  const { profiles, subscribed, suppressed, memberships } = people;
  return {
    equal: classes.every(({ severity }) => severity === 'note'),
    source: typeof source === 'string' ? null : source,
    sourceMissing: missingOf(source, Object.values(sizes)),
    topic: {
      lists: sizes.lists.due,
      contacts: sizes.contacts.due,
      suppressions: sizes.suppressions.due,
      activities: activities.topic,
    },
    ledger: {
      lists: sizes.lists.ledger,
      contacts: sizes.contacts.ledger,
      suppressions: sizes.suppressions.ledger,
      activities: activities.ledger,
      people: people.ledger,
    },
    compared: people.compared,
    klaviyo: { profiles, subscribed, suppressed, lists: lists.size, memberships, events: activities.events },
    classes,
  };
}

/** What is compared, and what is not, where only replays have brought something. */
function withoutSource({ sources, finished, unfinished }: Belongings): string {
  if (sources.length === 0) return 'The connection has no source of its own, and no replay has brought it anything.';
  const open = unfinished > 0 ? `, ${unfinished} not finished` : '';
  return (
    `The connection has no source of its own: it is compared with what replays were to bring (${finished} finished${open}), ` +
    'single activities excepted, of which Klaviyo only tells how many there are.'
  );
}

function missingOf(source: SourceCounts | string, sizes: readonly StreamSize[]): string | null {
  if (typeof source === 'string') return source;
  return sizes.every(({ idsKnown }) => idsKnown) ? null : 'The poller does not say which ids it has published.';
}
