import { Caller } from './calls/caller.js';
import { type CallOptions, type KlaviyoOptions } from './calls/options.js';
import { type EventRow } from './mapping/event.js';
import { account } from './operations/account.js';
import { eventIdsOf } from './operations/event-reads.js';
import { type EventOptions, sendEvents } from './operations/events.js';
import { importErrors, importJob, type ImportStart, listImportJobs, startImport } from './operations/imports.js';
import { createList, findLists, getList, renameList } from './operations/lists.js';
import { addToList, listMembers, removeFromList } from './operations/members.js';
import { metricCount, metrics, type TimeRange } from './operations/metrics.js';
import { suppress, suppressionJob, unsubscribe } from './operations/opt-outs.js';
import { findByPhones, readPeople } from './operations/people.js';
import { renamePerson, type RenameOptions } from './operations/rename.js';
import { subscribe, type SubscribeOptions, type SubscriptionRow } from './operations/subscriptions.js';

/**
 * A client for one Klaviyo account. Every operation is documented where it is implemented, in `operations/`; all of them
 * throw PortageErrors from the one classification table, in which `details.sent` says whether a failed request may have
 * been carried out.
 */
export type Klaviyo = ReturnType<typeof createKlaviyo>;

export function createKlaviyo(options: KlaviyoOptions) {
  const caller = new Caller(options);
  return {
    account: (call?: CallOptions) => account(caller, call),

    findLists: (names: readonly string[], call?: CallOptions) => findLists(caller, names, call),
    getList: (id: string, call?: CallOptions) => getList(caller, id, call),
    createList: (name: string, call?: CallOptions) => createList(caller, name, call),
    renameList: (id: string, name: string, call?: CallOptions) => renameList(caller, id, name, call),
    addToList: (listId: string, profileIds: readonly string[], call?: CallOptions) =>
      addToList(caller, listId, profileIds, call),
    removeFromList: (listId: string, profileIds: readonly string[], call?: CallOptions) =>
      removeFromList(caller, listId, profileIds, call),
    listMembers: (listId: string, call?: CallOptions) => listMembers(caller, listId, call),

    readPeople: (emails: readonly string[], call?: CallOptions & { readonly properties?: boolean }) =>
      readPeople(caller, emails, call),
    findByPhones: (phones: readonly string[], call?: CallOptions) => findByPhones(caller, phones, call),

    renamePerson: (profileId: string, email: string, call?: RenameOptions) =>
      renamePerson(caller, profileId, email, call),

    startImport: (start: ImportStart) => startImport(caller, start),
    importJob: (jobId: string, call?: CallOptions) => importJob(caller, jobId, call),
    importErrors: (jobId: string, call?: CallOptions) => importErrors(caller, jobId, call),
    listImportJobs: (call?: Parameters<typeof listImportJobs>[1]) => listImportJobs(caller, call),

    unsubscribe: (emails: readonly string[], call?: CallOptions) => unsubscribe(caller, emails, call),
    suppress: (emails: readonly string[], call?: CallOptions) => suppress(caller, emails, call),
    suppressionJob: (jobId: string, call?: CallOptions) => suppressionJob(caller, jobId, call),
    subscribe: (rows: readonly SubscriptionRow[], call?: SubscribeOptions) => subscribe(caller, rows, call),

    sendEvents: (rows: readonly EventRow[], call?: EventOptions) => sendEvents(caller, rows, call),
    eventIdsOf: (profileId: string, call?: CallOptions) => eventIdsOf(caller, profileId, call),
    metrics: (call?: CallOptions) => metrics(caller, call),
    metricCount: (metricId: string, range: TimeRange, call?: CallOptions) => metricCount(caller, metricId, range, call),
  };
}
