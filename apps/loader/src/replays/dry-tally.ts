import { type Stream, STREAMS } from '@portage/records';
import { outcomesOf, totalOf } from '../report/outcomes.js';
import { costOf, type DryChanges, type Refusal } from './dry-report.js';
import { type Imagined } from './imagine.js';
import { type LeftOut, type ReplayReport, type StreamReport } from './replay.js';

type Changes = { -readonly [Name in keyof DryChanges]: number };

/** Counts of a dry run; nothing in it grows with the number of records. */
export class DryTally {
  readonly #fates = new Map<string, { stream: Stream; outcome: string; reason: string | null; n: number }>();
  readonly #leftOut = new Map<Stream, Partial<Record<LeftOut, number>>>();
  readonly #refusals = new Map<string, { count: number; examples: string[] }>();
  readonly #imports = new Map<string, { rows: number; bytes: number }>();
  readonly #changes: Changes = {
    profilesCreated: 0,
    profilesUpdated: 0,
    unsubscribed: 0,
    suppressed: 0,
    subscribed: 0,
    membershipsAdded: 0,
    membershipsRemoved: 0,
    listsCreated: 0,
    events: 0,
    unchanged: 0,
  };
  #phones = 0;

  /** @param contactId  an example, where the fate is a refusal */
  fate(stream: Stream, outcome: string, reason: string | null, contactId?: string): void {
    const key = [stream, outcome, reason].join('\n');
    const known = this.#fates.get(key);
    if (known) known.n += 1;
    else this.#fates.set(key, { stream, outcome, reason, n: 1 });
    if (contactId !== undefined && (outcome === 'skipped' || outcome === 'rejected')) this.#refuse(reason, contactId);
  }

  leftOut(stream: Stream, reason: LeftOut): void {
    const counts = this.#leftOut.get(stream) ?? {};
    this.#leftOut.set(stream, { ...counts, [reason]: (counts[reason] ?? 0) + 1 });
  }

  list(): void {
    this.#changes.listsCreated += 1;
  }

  event(): void {
    this.#changes.events += 1;
  }

  /** @param bytes  of the person's row in an import */
  person(imagined: Imagined, bytes: number, hasPhone: boolean): void {
    const changes = this.#changes;
    const { created, updated, optOuts, subscribed, joined, left } = imagined;
    if (created) changes.profilesCreated += 1;
    if (updated) changes.profilesUpdated += 1;
    if (optOuts.includes('unsubscribe')) changes.unsubscribed += 1;
    if (optOuts.includes('suppress')) changes.suppressed += 1;
    if (subscribed) changes.subscribed += 1;
    changes.membershipsAdded += joined.length;
    changes.membershipsRemoved += left;
    if (imagined.result.outcome === 'unchanged') changes.unchanged += 1;
    if (created && hasPhone) this.#phones += 1;
    if (created || updated) this.#import(joined[0] ?? '', bytes);
    for (const list of created || updated ? joined.slice(1) : joined) this.#import(list, MEMBERSHIP_BYTES);
  }

  report(limitScale: number, share: number): ReplayReport {
    const streams = STREAMS.map((stream) => [stream, this.#stream(stream)] as const);
    const refused = [...this.#refusals]
      .map(([reason, refusal]): Refusal => ({ reason, ...refusal }))
      .sort((a, b) => b.count - a.count);
    const work = { changes: this.#changes, imports: this.#imports.values(), phonesLookedUp: this.#phones };
    return {
      streams: Object.fromEntries(streams) as Record<Stream, StreamReport>,
      dryRun: { changes: { ...this.#changes }, refused, cost: costOf(work, limitScale, share) },
    };
  }

  #stream(stream: Stream): StreamReport {
    const rows = [...this.#fates.values()].filter((fate) => fate.stream === stream);
    const outcomes = outcomesOf(rows.map(({ outcome, reason, n }) => ({ outcome, reason, n: String(n) })));
    const leftOut = this.#leftOut.get(stream) ?? {};
    const selected = totalOf(outcomes);
    return { read: selected + Object.values(leftOut).reduce((total, n) => total + n, 0), selected, leftOut, outcomes };
  }

  #refuse(reason: string | null, contactId: string): void {
    const refusal = this.#refusals.get(reason ?? 'unknown') ?? { count: 0, examples: [] };
    this.#refusals.set(reason ?? 'unknown', refusal);
    refusal.count += 1;
    if (refusal.examples.length < EXAMPLES) refusal.examples.push(contactId);
  }

  #import(list: string, bytes: number): void {
    const size = this.#imports.get(list) ?? { rows: 0, bytes: 0 };
    this.#imports.set(list, { rows: size.rows + 1, bytes: size.bytes + bytes });
  }
}

const EXAMPLES = 10;
const MEMBERSHIP_BYTES = 120;
