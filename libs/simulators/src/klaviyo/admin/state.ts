import { eventId } from '../resources/event.js';
import { type Account } from '../state/account.js';
import { isMailable, type Profile } from '../state/profile.js';
import { type World } from '../state/world.js';

export interface PersonState {
  id: string;
  email: string | null;
  phone: string | null;
  externalId: string | null;
  first_name: string | null;
  last_name: string | null;
  organization: string | null;
  title: string | null;
  locale: string | null;
  image: string | null;
  location: Record<string, unknown>;
  properties: Record<string, unknown>;
  /** ISO 8601. */
  created: string;
  updated: string;
  lastEvent: string | null;
  consent: string;
  consentTimestamp: string | null;
  suppressions: { reason: string; timestamp: string }[];
  listSuppressions: { listId: string; reason: string; timestamp: string }[];
  mailable: boolean;
  /** Ids. */
  lists: string[];
}

interface ListState {
  id: string;
  name: string;
  optIn: string;
  created: string;
  /** E-mails; ids of people without one. */
  members: string[];
}

interface MetricState {
  id: string;
  name: string;
  integration: string;
  events: number;
}

interface JobState {
  id: string;
  kind: 'import' | 'suppress' | 'unsuppress';
  status: string;
  total: number;
  completed: number;
  failed: number;
  listId: string | null;
}

export interface AccountState {
  id: string;
  name: string;
  profiles: PersonState[];
  lists: ListState[];
  metrics: MetricState[];
  jobs: JobState[];
  /** Effects of accepted requests that are still to come. */
  pending: number;
}

export interface EventState {
  id: string;
  profileId: string;
  email: string | null;
  metric: string;
  uniqueId: string;
  /** ISO 8601, in whole seconds. */
  time: string;
  properties: Record<string, unknown>;
  value: number | null;
  backfill: boolean;
}

export function accountState(world: World, account: Account): AccountState {
  const lists = [...account.lists.values()];
  const listsOf = new Map<string, string[]>();
  for (const list of lists) {
    for (const id of list.members.keys()) {
      const known = listsOf.get(id);
      if (known === undefined) listsOf.set(id, [list.id]);
      else known.push(list.id);
    }
  }
  return {
    id: account.id,
    name: account.option.name,
    profiles: [...account.profiles.all()].map((profile) => personState(profile, listsOf.get(profile.id) ?? [])),
    lists: lists.map((list) => ({
      id: list.id,
      name: list.name,
      optIn: list.optIn,
      created: iso(list.created),
      members: [...list.members.keys()].map((id) => account.profiles.withId(id)?.email ?? id),
    })),
    metrics: account.metrics.map((metric) => ({
      id: metric.id,
      name: metric.name,
      integration: metric.integration,
      events: account.events.countOf(metric.index),
    })),
    jobs: jobStates(account),
    pending: world.timeline.pending().filter(({ work }) => work.work.account === account.id).length,
  };
}

/** From the given index on, at most so many. */
export function eventStates(account: Account, from: number, limit: number): EventState[] {
  const states: EventState[] = [];
  for (let index = from; index < account.events.size && states.length < limit; index++) {
    const event = account.events.get(index);
    if (event === undefined) continue;
    const profile = account.profiles.at(event.profile);
    states.push({
      id: eventId(index),
      profileId: profile?.id ?? '',
      email: profile?.email ?? null,
      metric: account.metrics[event.metric]?.name ?? '',
      uniqueId: event.uniqueId,
      time: iso(event.time * 1000),
      properties: JSON.parse(event.properties) as Record<string, unknown>,
      value: event.value,
      backfill: event.backfill,
    });
  }
  return states;
}

function personState(profile: Profile, lists: string[]): PersonState {
  const text = (field: string): string | null => profile.texts[field] ?? null;
  return {
    id: profile.id,
    email: profile.email,
    phone: profile.phone,
    externalId: profile.externalId,
    first_name: text('first_name'),
    last_name: text('last_name'),
    organization: text('organization'),
    title: text('title'),
    locale: text('locale'),
    image: text('image'),
    location: profile.location,
    properties: profile.properties,
    created: iso(profile.created),
    updated: iso(profile.updated),
    lastEvent: profile.lastEvent === null ? null : iso(profile.lastEvent),
    consent: profile.consent,
    consentTimestamp: profile.consentTimestamp === null ? null : iso(profile.consentTimestamp),
    suppressions: profile.suppressions.map((each) => ({ reason: each.reason, timestamp: iso(each.timestamp) })),
    listSuppressions: profile.listSuppressions.map((each) => ({ ...each, timestamp: iso(each.timestamp) })),
    mailable: isMailable(profile),
    lists,
  };
}

function jobStates(account: Account): JobState[] {
  const imports = [...account.importJobs.values()].map((job): JobState => {
    const { id, status, total, completed, failed, listId } = job;
    return { id, kind: 'import', status, total, completed, failed, listId };
  });
  const suppressions = [...account.suppressionJobs.values()].map((job): JobState => {
    const { id, status, total, completed, listId } = job;
    return { id, kind: job.kind === 'create' ? 'suppress' : 'unsuppress', status, total, completed, failed: 0, listId };
  });
  return [...imports, ...suppressions];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
