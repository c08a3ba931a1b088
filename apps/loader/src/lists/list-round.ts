import { isRefusal, type KlaviyoList } from '@portage/klaviyo';
import { type Database } from '@portage/persistence';
import { isPortageError } from '@portage/platform';
import { type DeadLetters } from '../dead-letters.js';
import { inParallel } from '../parallel.js';
import { transact } from '../transact.js';
import { type Target } from '../targets/target.js';
import { findCreated, type LedgerList, listStep, type ListStep, nameFor, namesFor } from './list-step.js';
import {
  dueLists,
  type ListFate,
  namesUnderWay,
  openRecord,
  ownLists,
  postponeLists,
  storeCreating,
  storeFate,
} from './lists.repository.js';

export interface ListContext {
  readonly database: Database;
  readonly target: Target;
  readonly deadLetters: Pick<DeadLetters, 'list'>;
  readonly signal: AbortSignal;
  /** Renews the right to work on this target's lists; false when another process has it. */
  readonly holds: () => Promise<boolean>;
  /** When a create that got no answer is looked for. */
  readonly lookInMs: number;
}

interface Due {
  readonly list: LedgerList;
  readonly step: ListStep;
}

/**
 * Brings the lists that are due to Klaviyo. One process at a time does this for a target: two that looked for a name at
 * the same time would both create it.
 *
 * @returns how many lists were due
 */
export async function runListRound(context: ListContext): Promise<number> {
  const { database, target } = context;
  const lists = await dueLists(
    database,
    target.id,
    target.connections().map(({ id }) => id),
  );
  const due = lists.flatMap((list): Due[] => {
    const options = target.connection(list.connectionId)?.options;
    return options ? [{ list, step: listStep(list, options) }] : [];
  });
  const names = due.flatMap(({ list, step }) => namesAbout(list, step));
  const existing = names.length > 0 ? await target.klaviyo.findLists(names, { signal: context.signal }) : [];
  const own = await ownLists(database, target.id);
  const carry = (each: Due) => carryOut(context, each, existing, own);
  // First of all it has to be known which of the lists that exist are Portage's own.
  for (const each of due.filter(({ step }) => step.do === 'resolve')) await carry(each);
  const others = due.filter(({ step }) => step.do !== 'resolve');
  await inParallel(await withKnownNames(context, others), REQUESTS_AT_ONCE, carry);
  if (names.length > 0) target.answered();
  return due.length;
}

const REQUESTS_AT_ONCE = 4;

/** A namesake that a lost create may have made looks like somebody else's list: whoever wants its name waits until it was looked for. */
async function withKnownNames({ database, target, lookInMs }: ListContext, due: readonly Due[]): Promise<Due[]> {
  const underWay = await namesUnderWay(database, target.id);
  const waits = ({ list, step }: Due): boolean =>
    (step.do === 'create' || step.do === 'rename') && namesFor(list.name).some((name) => underWay.has(name));
  const waiting = due.filter(waits).map(({ list }) => list.key);
  if (waiting.length > 0) await postponeLists(database, target.id, waiting, lookInMs);
  return due.filter((each) => !waits(each));
}

function namesAbout(list: LedgerList, step: ListStep): readonly string[] {
  if (step.do === 'create' || step.do === 'rename') return namesFor(list.name);
  return step.do === 'resolve' && list.createName !== null ? [list.createName] : [];
}

async function carryOut(
  context: ListContext,
  { list, step }: Due,
  existing: readonly KlaviyoList[],
  own: Set<string>,
): Promise<void> {
  switch (step.do) {
    case 'map':
      return store(context, list, { klaviyoId: step.klaviyoId, klaviyoName: null, mapped: true, outcome: 'delivered' });
    case 'keep':
      return store(context, list, { outcome: 'unchanged' });
    case 'rest':
      return store(context, list, { state: list.klaviyoId === null ? 'unwanted' : 'ready' });
    case 'leave':
      return store(context, list, {
        state: list.klaviyoId === null ? 'unwanted' : 'ready',
        outcome: 'skipped',
        reason: step.reason,
      });
    case 'unmap':
      return store(context, list, {
        state: 'unwanted',
        klaviyoId: null,
        klaviyoName: null,
        outcome: 'skipped',
        reason: step.reason,
      });
    case 'create':
      return create(context, list, existing, own);
    case 'resolve':
      return resolve(context, list, existing, own);
    case 'rename':
      return rename(context, list, existing, own);
  }
}

async function create(
  context: ListContext,
  list: LedgerList,
  existing: readonly KlaviyoList[],
  own: Set<string>,
): Promise<void> {
  const { database, target, signal, lookInMs } = context;
  const name = nameFor(list.name, existing, own);
  const knownIds = existing.filter((each) => each.name === name).map(({ id }) => id);
  if (!(await context.holds())) return;
  const asked = await storeCreating(database, target.id, list, { name, knownIds, lookInMs });
  if (!asked) return;
  try {
    const created = await target.klaviyo.createList(name, { signal });
    own.add(created.id);
    await store(context, asked, { klaviyoId: created.id, klaviyoName: name, outcome: 'delivered' });
  } catch (error) {
    if (!isPortageError(error) || error.details['sent'] === true) throw error;
    if (isRefusal(error)) return refuse(context, asked, error.code, 'unwanted');
    if (error.disposition !== 'throttle') {
      await store(context, asked, { state: 'new', dueInMs: 0 });
      throw error;
    }
    // The day's creations are spent: the memberships wait as ledger rows, the people go on.
    const dueInMs = error.retryAfterMs ?? HOUR_MS;
    await store(context, asked, { state: 'postponed', outcome: 'parked', reason: 'list_budget', dueInMs });
  }
}

const HOUR_MS = 3_600_000;

async function resolve(
  context: ListContext,
  list: LedgerList,
  existing: readonly KlaviyoList[],
  own: Set<string>,
): Promise<void> {
  const found = findCreated(list, existing, own);
  if (found === undefined) return store(context, list, { state: 'new', dueInMs: 0 });
  own.add(found);
  return store(context, list, { klaviyoId: found, klaviyoName: list.createName, outcome: 'delivered' });
}

/** Asked for again it would be refused again, at the cost of one of the day's creations. Its people go on without it. */
async function refuse(context: ListContext, list: LedgerList, code: string, state: ListFate['state']): Promise<void> {
  const { database, target, deadLetters } = context;
  const record = await openRecord(database, target.id, list.key);
  if (record) await deadLetters.list({ ...record, key: list.key, target: target.id, code });
  await store(context, list, { state, outcome: 'rejected', reason: code });
}

async function rename(
  context: ListContext,
  list: LedgerList,
  existing: readonly KlaviyoList[],
  own: Set<string>,
): Promise<void> {
  const name = nameFor(list.name, existing, own);
  let renamed: KlaviyoList | null;
  try {
    renamed = await context.target.klaviyo.renameList(list.klaviyoId ?? '', name, { signal: context.signal });
  } catch (error) {
    // The list keeps the name that it has.
    if (isRefusal(error)) return refuse(context, list, error.code, 'ready');
    throw error;
  }
  if (renamed) return store(context, list, { klaviyoName: name, outcome: 'delivered' });
  return store(context, list, { state: 'new', klaviyoId: null, klaviyoName: null, dueInMs: 0 });
}

async function store(context: ListContext, list: LedgerList, changes: Partial<ListFate>): Promise<void> {
  const fate: ListFate = {
    state: 'ready',
    klaviyoId: list.klaviyoId,
    klaviyoName: list.klaviyoName,
    mapped: false,
    outcome: null,
    reason: null,
    dueInMs: null,
    ...(list.mapped && changes.klaviyoId === undefined ? { mapped: true } : {}),
    ...changes,
  };
  await transact(context.database, (queries) => storeFate(queries, context.target.id, list, fate));
}
