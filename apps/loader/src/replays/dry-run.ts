import { addressesOf } from '@portage/consent';
import { sleep } from '@portage/platform';
import { readPrevious } from '../intake/records.js';
import { type KeptStream } from '../load-batch.js';
import { readListBook } from '../lists/list-book.js';
import { listStep } from '../lists/list-step.js';
import { slices } from '../parallel.js';
import { timingOf } from '../timing.js';
import { type ContactFate, tallyActivities } from './dry-activities.js';
import { decideContacts, decideOptOuts, type DryPeople } from './dry-people.js';
import { DryTally } from './dry-tally.js';
import { LatestKeys } from './latest-keys.js';
import { sortRecords, type Sorted } from './load-kept.js';
import { keyAt, readdressed } from './origin.js';
import { FRESH_PASS_MS } from './outdated.js';
import { readStream } from './read-stream.js';
import { type ReplayReport } from './replay.js';
import { endsOf, type RunContext } from './run-context.js';
import { scanLatest } from './scan-latest.js';
import { type Readable } from './selector.js';

/**
 * What the replay would do, without writing anything anywhere: the same records, the same decisions and steps, each taken to
 * succeed. What is kept meanwhile is some bytes a key and people who share an address.
 */
export async function runDry(context: RunContext): Promise<ReplayReport> {
  const { parts, replay } = context;
  const { streams, rate } = replay.request;
  await untilSuppressionsTaken(context);
  const run = await DryRun.begin(context);
  if (streams.includes('lists')) await run.lists();
  if (streams.includes('contacts')) await run.contacts();
  await run.suppressions();
  if (streams.includes('activities')) await tallyActivities(context, run.tally, run.fateOf);
  return run.tally.report(parts.environment.KLAVIYO_LIMIT_SCALE, rate);
}

/** Decisions need every opt-out of the source, and the live loader takes them into the ledger. */
async function untilSuppressionsTaken({ parts, plan, held, signal }: RunContext): Promise<void> {
  const topic = parts.cluster.topicName('suppressions');
  for (;;) {
    const rows = await parts.database.query<{ partition: number; taken: string }>(
      'SELECT partition, taken FROM ledger.positions WHERE topic = $1',
      [topic],
    );
    const taken = new Map(rows.map((row) => [row.partition, Number(row.taken)]));
    const missing = [...endsOf(plan, 'suppressions')].some(([partition, end]) => (taken.get(partition) ?? 0) < end);
    if (!missing) return held.waitsFor(null);
    await held.waitsFor('Live loading has not taken in every opt-out of the source yet.');
    await sleep(1000, signal);
  }
}

class DryRun {
  readonly tally = new DryTally();
  /** People about whom a contact was decided. */
  readonly #emails = new LatestKeys();
  #contacts = new LatestKeys();
  readonly #skips: string[] = [];
  readonly #people: DryPeople;

  private constructor(
    private readonly context: RunContext,
    book: DryPeople['book'],
  ) {
    const { parts, plan } = context;
    const { readBackMs, reassertMs, landsWithinMs } = timingOf(parts.environment);
    const now = Date.now();
    const stale = now - (plan.pass?.completedAt ?? 0) > FRESH_PASS_MS;
    const world = { now, gateOpen: true, observed: true, stale, readBackMs, reassertMs, landsWithinMs };
    const onContact = (key: string, skipped: string | null) =>
      this.#contacts.setCode(key, skipped === null ? SENT : this.#codeOf(skipped));
    this.#people = { context, tally: this.tally, world, book, onContact };
  }

  static async begin(context: RunContext): Promise<DryRun> {
    return new DryRun(context, await readListBook(context.parts.database, context.target.id));
  }

  /** By key at the source. */
  readonly fateOf: ContactFate = (key) => {
    const code = this.#contacts.codeOf(key);
    if (code === 0) return 'unknown';
    return code === SENT ? 'sent' : { skipped: this.#skips[code - SENT - 1] ?? '' };
  };

  async lists(): Promise<void> {
    const { parts, target, route, connection } = this.context;
    const latest = await scanLatest(this.context, 'lists');
    await this.#eachBatch('lists', latest, async ({ selected }) => {
      const records = selected.map((record) => readdressed<'lists'>(record, route));
      const known = await readPrevious(parts.database, target.id, 'lists', records);
      for (const { key, value } of records) {
        if (known.has(key)) this.tally.fate('lists', 'unchanged', null);
        else {
          const deleted = value.deletedAt !== null || value.meta.op === 'delete';
          const step = listStep(
            { ...newList, key, listId: value.listId, name: value.name, deleted },
            connection.options,
          );
          if (step.do === 'leave') this.tally.fate('lists', 'skipped', step.reason);
          else this.tally.fate('lists', 'delivered', null);
          if (step.do === 'create') this.tally.list();
        }
      }
    });
  }

  /** People who share an address come last, together: any one's opt-out counts for all. */
  async contacts(): Promise<void> {
    const addresses = new LatestKeys();
    const shared = new Set<string>();
    this.#contacts = await scanLatest(this.context, 'contacts', (records) => {
      for (const { key, value } of records) {
        if (value.email === null) continue;
        const mine = keyNumber(key);
        if (addresses.has(value.email) && !addresses.isLatest(value.email, mine)) shared.add(value.email);
        else addresses.note(value.email, mine);
      }
      return Promise.resolve();
    });
    const late: { partition: number; record: Readable<'contacts'> }[] = [];
    await this.#eachBatch('contacts', this.#contacts, async ({ selected }, partition) => {
      const now: { partition: number; record: Readable<'contacts'> }[] = [];
      for (const record of selected) {
        const { email } = record.value;
        (email !== null && shared.has(email) ? late : now).push({ partition, record });
        if (email !== null) this.#emails.note(email, 0);
      }
      await decideContacts(this.#people, now);
    });
    late.sort((a, b) => ((a.record.value.email ?? '') < (b.record.value.email ?? '') ? -1 : 1));
    await decideContacts(this.#people, late);
  }

  async suppressions(): Promise<void> {
    const seen = new LatestKeys();
    const latest = await scanLatest(this.context, 'suppressions');
    await this.#eachBatch('suppressions', latest, async ({ selected }) => {
      const alone = new Set<string>();
      for (const address of selected.flatMap(({ value }) => addressesOf(value))) {
        if (this.#emails.has(address) || seen.has(address)) continue;
        seen.note(address, 0);
        alone.add(address);
      }
      const written = await decideOptOuts(this.#people, [...alone]);
      const known = await readPrevious(
        this.context.parts.database,
        this.context.target.id,
        'suppressions',
        selected.map(({ key }) => ({ key: keyAt(key, this.context.route) })),
      );
      for (const { key, value } of selected) {
        const active = value.entries.filter((entry) => entry.active);
        const news = !known.has(keyAt(key, this.context.route)) || active.some(({ address }) => written.has(address));
        if (active.length === 0) this.tally.fate('suppressions', 'skipped', 'inactive');
        else this.tally.fate('suppressions', news ? 'delivered' : 'unchanged', null);
      }
    });
  }

  /** The newest record of every key, as far as it is selected; what is left out is counted. */
  async #eachBatch<S extends KeptStream>(
    stream: S,
    latest: LatestKeys,
    onBatch: (batch: Sorted<S>, partition: number) => Promise<void>,
  ): Promise<void> {
    await readStream(this.context, stream, async (partition, records) => {
      for (const part of slices(records, BATCH_ROWS)) {
        const batch = sortRecords(this.context, stream, latest, partition, part);
        for (const reason of batch.leftOut) this.tally.leftOut(stream, reason);
        for (const { outcome, reason } of batch.told) this.tally.fate(stream, outcome ?? 'skipped', reason);
        await onBatch(batch, partition);
      }
    });
  }

  #codeOf(reason: string): number {
    const at = this.#skips.indexOf(reason);
    // A byte a key: more reasons than there are numbers share the last.
    if (at < 0 && this.#skips.length < MOST_REASONS) this.#skips.push(reason);
    return SENT + 1 + (at < 0 ? this.#skips.length - 1 : at);
  }
}

const BATCH_ROWS = 2000;
const SENT = 1;
const MOST_REASONS = 250;

const newList = {
  connectionId: '',
  state: 'new',
  klaviyoId: null,
  klaviyoName: null,
  mapped: false,
  createName: null,
  createSentAt: null,
  knownIds: [],
  refused: false,
  version: null,
  due: '',
} as const;

/** Tells apart whose record named an address first, in a number. */
function keyNumber(key: string): number {
  let number = 0;
  for (let at = 0; at < key.length; at += 1) number = (Math.imul(number, 31) + key.charCodeAt(at)) >>> 0;
  return number;
}
