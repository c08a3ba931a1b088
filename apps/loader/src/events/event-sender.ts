import { type EventRow, packEvents } from '@portage/klaviyo';
import { isAbort } from '@portage/platform';
import { type Activity } from '@portage/records';
import { type LoaderParts } from '../loader-parts.js';
import { inParallel } from '../parallel.js';
import { type Target } from '../targets/target.js';
import { transact } from '../transact.js';
import { type Place } from './ended-activities.js';
import { happeningOf } from './event-fate.js';
import { isMoved, noteEvents } from './event-requests.js';
import { OptOutWatch } from './opt-out-watch.js';

/** An activity that waits in the window. */
export interface Entry extends Place {
  readonly key: string;
  readonly connectionId: string;
  readonly activity: Activity;
  readonly takenAt: number;
}

export interface Sendable {
  readonly entry: Entry;
  readonly row: EventRow;
  readonly optedOut: boolean;
}

export interface EventSenderOptions extends Pick<LoaderParts, 'database' | 'breakers'> {
  /** What it sends may have been sent long ago: Klaviyo then shows it before it lands. */
  readonly repeats?: boolean;
  /** How long a part of a request waits for the rest. */
  readonly lingerMs: number;
  readonly onDelivered: (entry: Entry, target: string) => void;
  readonly onRejected: (entry: Entry, target: string, code: string) => Promise<void>;
  /** A target can take work again. */
  readonly onFree: () => void;
}

/** Sends events in requests that are as full as can be, to one target once at a time; a slow one holds up nobody else. */
export class EventSender {
  readonly #busy = new Map<string, Promise<void>>();
  readonly #watch: OptOutWatch;
  /** Since when (ms) a part of a request could go, by target. */
  readonly #partSince = new Map<string, number>();

  constructor(private readonly options: EventSenderOptions) {
    this.#watch = new OptOutWatch(options.database);
  }

  takesWork(target: Target): boolean {
    return target.usable && !this.isBusy(target.id) && this.options.breakers.takesWork(target.id, 'activities');
  }

  isBusy(target: string): boolean {
    return this.#busy.has(target);
  }

  get isIdle(): boolean {
    return this.#busy.size === 0;
  }

  /** A full request goes at once, a part of one when it has waited for the rest. */
  dispatch(target: Target, rows: readonly Sendable[], signal: AbortSignal): void {
    if (!this.takesWork(target)) return;
    const since = this.#partSince.get(target.id) ?? Date.now();
    this.#partSince.set(target.id, since);
    if (rows.length < FULL && Date.now() - since < this.options.lingerMs) return;
    this.#partSince.delete(target.id);
    const sending = this.#send(target, rows, signal)
      .catch((error: unknown) => {
        // Whoever moved meanwhile is decided on anew, with the others of the request.
        if (!isAbort(error) && !isMoved(error)) target.failed(error);
      })
      .finally(() => {
        this.#busy.delete(target.id);
        this.options.onFree();
      });
    this.#busy.set(target.id, sending);
  }

  /** Resolves when the requests under way have ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  async #send(target: Target, decided: readonly Sendable[], signal: AbortSignal): Promise<void> {
    const allowance = await this.options.breakers.allowance(target.id, 'activities', decided.length);
    const wanted = decided.slice(0, allowance);
    const optedOut = wanted.flatMap((each) => (each.optedOut ? [each.row.email] : []));
    const missing = await this.#watch.missing(target, optedOut, signal);
    const happenings = byHappening(wanted.filter(({ row }) => !missing.has(row.email)));
    const packs = packEvents(happenings.map(({ row }) => row));
    await inParallel(packs, REQUESTS_AT_ONCE, async (pack) => {
      await this.#request(
        target,
        pack.map((index) => happenings[index]).filter((each) => each !== undefined),
        signal,
      );
    });
  }

  async #request(target: Target, happenings: readonly Happening[], signal: AbortSignal): Promise<void> {
    const { breakers, database, repeats = false, onDelivered, onRejected } = this.options;
    const rows = happenings.map(({ row }) => row);
    const beforeSend = () => noteEvents(database, target.id, rows, { repeats });
    const { rejected, accepted } = await target.klaviyo.sendEvents(rows, { beforeSend, signal });
    target.answered();
    const counts = { rows: rows.length, rejected: rejected.length, code: rejected[0]?.code ?? null };
    await transact(database, (queries) => breakers.record(queries, target.id, 'activities', counts));
    for (const { row, code } of rejected)
      for (const entry of happenings[row]?.entries ?? []) await onRejected(entry, target.id, code);
    for (const row of accepted.flatMap((part) => part.rows))
      for (const entry of happenings[row]?.entries ?? []) onDelivered(entry, target.id);
  }
}

/** What happened once, and all records that tell of it: within a request an event stands once. */
interface Happening {
  readonly row: EventRow;
  readonly entries: Entry[];
}

function byHappening(sendable: readonly Sendable[]): readonly Happening[] {
  const happenings = new Map<string, Happening>();
  for (const { entry, row } of sendable) {
    const key = happeningOf(entry.activity, row.email);
    const known = happenings.get(key);
    if (known) known.entries.push(entry);
    else happenings.set(key, { row, entries: [entry] });
  }
  return [...happenings.values()];
}

const FULL = 1000;
const REQUESTS_AT_ONCE = 4;
