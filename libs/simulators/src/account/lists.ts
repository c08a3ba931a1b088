import { type ContactList, type Tag } from './account.js';
import { type Dice } from './dice.js';
import { wholeSecond } from './moment.js';
import { LIST_THEMES, TAG_NAMES } from './vocabulary.js';

/**
 * Lists with what accounts collect over the years: two of the same name, one that stays empty (the last), deleted ones, one for
 * text messages on top of `count`.
 */
export function contactLists(dice: Dice, count: number, since: number, now: number): ContactList[] {
  const email = Array.from({ length: count }, (_, position) => list(dice, position, count, { since, now }));
  const [first, second] = email;
  if (count >= 4 && first !== undefined && second !== undefined) second.name = first.name;
  const createdAt = wholeSecond(since);
  return [
    ...email,
    { id: dice.uuid(), name: 'Text messages', channel: 'sms', favorite: false, createdAt, updatedAt: createdAt },
  ];
}

/** Lists that contacts can be on. */
export function openLists(lists: readonly ContactList[]): ContactList[] {
  const open = lists.filter(({ channel, deletedAt }) => channel === 'email' && deletedAt === undefined);
  return open.length > 3 ? open.slice(0, -1) : open;
}

export function contactTags(dice: Dice, since: number): Tag[] {
  return TAG_NAMES.map((name) => {
    const createdAt = wholeSecond(since);
    return { id: dice.uuid(), name, source: 'Contact', createdAt, updatedAt: createdAt };
  });
}

function list(dice: Dice, position: number, count: number, span: { since: number; now: number }): ContactList {
  const createdAt = wholeSecond(dice.between(span.since, span.now));
  const theme = LIST_THEMES[position % LIST_THEMES.length] as string;
  const round = Math.floor(position / LIST_THEMES.length);
  const deleted = count >= 10 && position % 13 === 7;
  return {
    id: dice.uuid(),
    name: round === 0 ? theme : `${theme} ${2018 + round}`,
    channel: 'email',
    ...(dice.chance(0.4) ? { description: `${theme}, from the old system` } : {}),
    favorite: dice.chance(0.1),
    createdAt,
    updatedAt: wholeSecond(dice.between(createdAt, span.now)),
    ...(deleted ? { deletedAt: wholeSecond(dice.between(createdAt, span.now)) } : {}),
  };
}
