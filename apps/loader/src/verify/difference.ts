/** What can be repaired, in the order in which it is: whoever must not be mailed comes first. */
export const repairs = [
  'opt_outs',
  'records',
  'jobs',
  'lists',
  'profiles',
  'fields',
  'memberships',
  'extra_memberships',
  'subscriptions',
  'outcomes',
] as const;
export type Repair = (typeof repairs)[number];

interface ClassWords {
  /** A note is worth knowing and no fault: it changes neither the verdict nor anything else. */
  readonly severity: 'difference' | 'note';
  /** Null: nothing that Portage may do by itself. */
  readonly repair: Repair | null;
  readonly words: string;
}

/** Every kind of difference, in the order in which reports list them. */
export const classes = {
  subscribed_opted_out: difference('opt_outs', 'Unsubscribed at the source, subscribed in Klaviyo.'),
  subscribed_suppressed: difference('opt_outs', 'Bounced, suspended or held at the source, subscribed in Klaviyo.'),
  missing_opt_out: difference('opt_outs', 'Unsubscribed at the source; Klaviyo does not say so.'),
  missing_suppression: difference('opt_outs', 'Bounced, suspended or held at the source, not suppressed in Klaviyo.'),
  missing_subscription: difference('subscriptions', 'Subscribed at the source and never in Klaviyo.'),
  missing_profile: difference('profiles', 'Loaded; Klaviyo does not know the person.'),
  wrong_field: difference('fields', 'A name, phone, title, organisation or place differs.'),
  wrong_property: difference('fields', 'A property differs.'),
  stale_property: difference('fields', 'A property that the source does not have any more.'),
  missing_membership: difference('memberships', 'Not on a list that the source has the person on.'),
  extra_membership: difference(
    'extra_memberships',
    'On a list of Portage that the source does not have the person on.',
  ),
  missing_list: difference('lists', 'A list that Portage made or was told to use is gone from Klaviyo.'),
  renamed_list: difference('lists', 'A list of Portage has another name in Klaviyo.'),
  shared_list: difference(null, 'Two lists of the source go to one list that Portage made.'),
  untracked_list: difference('records', 'A list record is in the ledger and its list is not.'),
  topic_short: difference(null, 'The topic holds fewer than the source has.'),
  topic_over: difference(null, 'The topic holds living contacts that the source has not.'),
  record_lost: difference(null, 'A record was published and is not on the topic, or only an older one.'),
  record_unknown: difference(null, 'A record is on the topic and the poller knows nothing of it.'),
  record_waiting: difference(null, 'A record on the topic has not been taken yet.'),
  topic_without_ledger: difference('records', 'A record was taken and the ledger does not have it.'),
  ledger_without_topic: difference(null, 'A record is in the ledger and not on the topic.'),
  version_behind: difference('records', 'The ledger has an older version than the topic.'),
  content_differs: difference('records', 'The ledger has other content than the topic.'),
  entries_differ: difference('records', 'The ledger has other suppression entries than the topic.'),
  outcome_open: difference('outcomes', 'A record without a final outcome.'),
  person_waiting: difference(null, 'Somebody whose turn comes later, or whose connection is paused: not compared.'),
  missing_person: difference('records', 'A contact is in the ledger and its person is not.'),
  duplicate_person: difference(null, 'Two people of the ledger share an address.'),
  lost_job: difference('jobs', 'Somebody waits for an import job that is not there.'),
  activities_uncounted: difference(null, 'Fewer activities have an outcome than were settled.'),
  activities_overcounted: difference(null, 'More activities have an outcome than were settled.'),
  events_short: difference(null, 'Klaviyo counts fewer events than were delivered.'),
  events_over: difference(null, 'Klaviyo counts more events than were delivered.'),
  opted_out_at_klaviyo: note('Subscribed at the source, opted out in Klaviyo: left alone.'),
  subscribed_beyond_source: note('Subscribed in Klaviyo without consent at the source, which is left alone.'),
  consent_conflict: note('Consent in Klaviyo and at the source contradict one another; the owner decides.'),
  // Nothing published says that Klaviyo shows the date of consent that it was given.
  wrong_consent_date: note('Subscribed by Portage with another date than Klaviyo has.'),
  stale_source: note('Subscribed at the source; what a replay brought was too old to subscribe anybody.'),
  newer_at_source: note('The source has said something newer since the last replay, which is not compared.'),
  gone_at_source: note('Brought by a replay, and not on the topic any more: there is nothing to compare it with.'),
  rejected_person: note('Klaviyo refuses the person; there is a dead letter.'),
} as const satisfies Record<string, ClassWords>;

export type DifferenceClass = keyof typeof classes;
export const classNames = Object.keys(classes) as DifferenceClass[];

/** One thing that is not as it should be. */
export interface Finding {
  readonly class: DifferenceClass;
  /** A contact, list, campaign or stream; never an address. */
  readonly id: string;
  /** A field, list or code: what differs, never how. */
  readonly detail: string | null;
}

/** The same about somebody whose name is known elsewhere. */
export type PersonFinding = Omit<Finding, 'id'>;

export function repairOf(name: DifferenceClass): Repair | null {
  return classes[name].repair;
}

function difference<R extends Repair | null>(repair: R, words: string) {
  return { severity: 'difference', repair, words } as const;
}

function note(words: string) {
  return { severity: 'note', repair: null, words } as const;
}
