import { type Account } from '../account.js';
import { lastSentAt } from '../campaign.js';
import { type Contact, isLive } from '../contact.js';
import { valueOf } from '../custom-values.js';
import { Dice } from '../dice.js';
import { emailAddress } from '../email-address.js';
import { surroundings } from '../generate-account.js';
import { person } from '../people.js';
import { FIRST_NAMES, LAST_NAMES } from '../vocabulary.js';
import { applyChange } from './apply-change.js';
import { type Change, type ChangeKind } from './change.js';

export interface EvolveOptions {
  readonly seed: number;
  readonly steps: number;
  /** The moment of the changes, ms. */
  readonly now: number;
  /** Only these; all kinds by default. */
  readonly kinds?: readonly ChangeKind[];
}

const WEIGHTS: Readonly<Record<ChangeKind, number>> = {
  add_contact: 10,
  edit_contact: 10,
  unsubscribe: 12,
  resubscribe: 5,
  set_permission: 3,
  move_lists: 14,
  retag: 5,
  delete_contact: 5,
  revive_contact: 2,
  purge_contact: 1,
  change_email: 4,
  engage: 22,
  send_campaign: 0.4,
  remove_campaign: 0.2,
  create_list: 1,
  rename_list: 1,
  delete_list: 0.5,
};

/** Lets things happen in the account and answers what did. The same account, seed and moment give the same changes. */
export function evolve(account: Account, options: EvolveOptions): Change[] {
  const dice = new Dice(options.seed);
  const kinds = options.kinds ?? (Object.keys(WEIGHTS) as ChangeKind[]);
  const weights = kinds.map((kind) => [kind, WEIGHTS[kind]] as const);
  const changes: Change[] = [];
  // A kind may find nobody that it fits; after enough such draws there is nothing left to happen.
  for (let draws = 0; changes.length < options.steps && draws < options.steps * 50; draws += 1) {
    const change = draw(account, dice, dice.weighted(weights), options.now);
    if (change === undefined) continue;
    applyChange(account, change, options.now);
    changes.push(change);
  }
  return changes;
}

function draw(account: Account, dice: Dice, kind: ChangeKind, now: number): Change | undefined {
  switch (kind) {
    case 'create_list':
      return { kind, listId: dice.uuid(), name: `Project ${dice.integer(1, 9999)}` };
    case 'rename_list':
    case 'delete_list': {
      const list = pickFrom(
        dice,
        account.lists.filter(({ deletedAt, channel }) => deletedAt === undefined && channel === 'email'),
      );
      if (list === undefined) return undefined;
      return kind === 'delete_list'
        ? { kind, listId: list.id }
        : { kind, listId: list.id, name: `${list.name.slice(0, 40)} ${dice.integer(1, 99)}` };
    }
    case 'send_campaign':
      return { kind, seed: dice.integer(1, 1e9), share: 0.2 };
    case 'remove_campaign': {
      const sent = account.campaigns.filter((one) => one.status === 'Done' && lastSentAt(one) !== undefined);
      const campaign = sent.length > 3 ? pickFrom(dice, sent) : undefined;
      return campaign && { kind, campaignId: campaign.id };
    }
    case 'add_contact': {
      const number = account.contacts.length + 100_000 * dice.integer(1, 9999);
      const contact = person(dice, surroundings(account), number, { since: now, now });
      delete contact.deletedAt;
      return { kind, contact };
    }
    case 'engage':
      return engage(account, dice);
    default:
      return contactChange(account, dice, kind);
  }
}

function engage(account: Account, dice: Dice): Change | undefined {
  const contact = someone(account, dice, (one) => one.email !== undefined);
  const activity = someSentActivity(account, dice);
  if (contact === undefined || activity === undefined) return undefined;
  const type = dice.weighted([
    ['opens', 10],
    ['clicks', 4],
    ['forwards', 0.5],
    ['bounces', 4],
  ] as const);
  const base = { kind: 'engage', contactId: contact.id, activityId: activity, type } as const;
  if (type === 'bounces') {
    return {
      ...base,
      code: dice.weighted([
        ['B', 3],
        ['S', 2],
        ['D', 1],
        ['F', 2],
        ['X', 1],
        ['Z', 1],
        ['V', 1],
      ] as const),
    };
  }
  return { ...base, device: dice.pick(['computer', 'mobile', 'none'] as const), times: dice.chance(0.1) ? 2 : 1 };
}

type ContactKind = Exclude<
  ChangeKind,
  'create_list' | 'rename_list' | 'delete_list' | 'send_campaign' | 'remove_campaign' | 'add_contact' | 'engage'
>;

function contactChange(account: Account, dice: Dice, kind: ContactKind): Change | undefined {
  const contact = someone(account, dice, FITS[kind]);
  if (contact === undefined) return undefined;
  const contactId = contact.id;
  switch (kind) {
    case 'edit_contact':
      return { kind, contactId, fields: edits(account, dice) };
    case 'unsubscribe':
      return unsubscribe(account, dice, contactId);
    case 'resubscribe':
      return { kind, contactId, movesDates: dice.chance(0.6) };
    case 'set_permission':
      return { kind, contactId, permission: dice.pick(['temp_hold', 'implicit', 'pending_confirmation', 'explicit']) };
    case 'move_lists': {
      const open = surroundings(account).lists.map(({ id }) => id);
      return { kind, contactId, add: dice.sample(open, 1), remove: dice.sample(contact.lists, dice.integer(0, 1)) };
    }
    case 'retag': {
      const tags = account.tags.map(({ id }) => id);
      return { kind, contactId, add: dice.sample(tags, 1), remove: dice.sample(contact.tags, 1) };
    }
    case 'revive_contact': {
      const list = pickFrom(dice, surroundings(account).lists);
      return { kind, contactId, ...(list === undefined ? {} : { listId: list.id }) };
    }
    case 'change_email': {
      const number = dice.integer(1e6, 1e9);
      const address = emailAddress(dice, dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES), number);
      const loses = contact.email?.permission === 'unsubscribed' && dice.chance(0.5);
      return { kind, contactId, address, ...(loses ? { permission: 'explicit' } : {}) };
    }
    case 'delete_contact':
    case 'purge_contact':
      return { kind, contactId };
  }
}

const FITS: Readonly<Record<ContactKind, (contact: Contact) => boolean>> = {
  edit_contact: isLive,
  unsubscribe: (one) => isLive(one) && one.email !== undefined && one.email.permission !== 'unsubscribed',
  resubscribe: (one) => isLive(one) && one.email?.permission === 'unsubscribed',
  set_permission: (one) => isLive(one) && one.email !== undefined && one.email.permission !== 'unsubscribed',
  move_lists: isLive,
  retag: isLive,
  delete_contact: isLive,
  revive_contact: (one) => one.deletedAt !== undefined && one.purgedAt === undefined,
  purge_contact: (one) => one.deletedAt !== undefined && one.purgedAt === undefined,
  change_email: (one) => isLive(one) && one.email !== undefined,
};

function unsubscribe(account: Account, dice: Dice, contactId: string): Change {
  const activityId = dice.chance(0.6) ? someSentActivity(account, dice) : undefined;
  return {
    kind: 'unsubscribe',
    contactId,
    by: activityId === undefined && dice.chance(0.4) ? 'Account' : 'Contact',
    ...(activityId === undefined ? {} : { activityId }),
    ...(activityId !== undefined && dice.chance(0.1) ? { rowOnly: true } : {}),
    ...(dice.chance(0.2) ? { reason: 'Too many' } : {}),
  };
}

function edits(account: Account, dice: Dice): Extract<Change, { kind: 'edit_contact' }>['fields'] {
  switch (dice.integer(0, 3)) {
    case 0:
      return { firstName: dice.chance(0.3) ? null : dice.pick(FIRST_NAMES) };
    case 1:
      return { lastName: dice.pick(LAST_NAMES), jobTitle: dice.chance(0.5) ? null : 'Director' };
    case 2:
      return { companyName: dice.chance(0.3) ? null : `Company ${dice.integer(1, 99)}` };
    default:
      return { customFields: dice.sample(account.customFields, 3).map((field) => valueOf(dice, field)) };
  }
}

/** Anybody who fits, looked for from a random place on. */
function someone(account: Account, dice: Dice, fits: (contact: Contact) => boolean): Contact | undefined {
  const { contacts } = account;
  if (contacts.length === 0) return undefined;
  const start = dice.integer(0, contacts.length - 1);
  for (let step = 0; step < contacts.length; step += 1) {
    const contact = contacts[(start + step) % contacts.length] as Contact;
    if (contact.purgedAt === undefined && fits(contact)) return contact;
  }
  return undefined;
}

function someSentActivity(account: Account, dice: Dice): string | undefined {
  const sent = account.campaigns
    .filter(({ status, vanished }) => status === 'Done' && vanished !== true)
    .flatMap(({ activities }) => activities.filter(({ sentAt }) => sentAt !== undefined));
  return pickFrom(dice, sent)?.id;
}

function pickFrom<T>(dice: Dice, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : dice.pick(items);
}
