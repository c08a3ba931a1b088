import { type ContactEmail, type Source } from './contact.js';
import { type Dice } from './dice.js';
import { optInIn, wholeSecond } from './moment.js';

const DAY = 86_400_000;

type Consent = Omit<ContactEmail, 'address' | 'createdAt' | 'updatedAt'>;

/** Permission and its dates, odd ones included: none, or in the future, or of a value that nobody documented. */
export function consentOf(dice: Dice, createdAt: number, now: number): Consent {
  const permission = dice.weighted([
    ['explicit', 64],
    ['implicit', 19],
    ['unsubscribed', 10],
    ['pending_confirmation', 2.5],
    ['temp_hold', 2],
    ['not_set', 2],
    ['under_review', 0.5],
  ]);
  switch (permission) {
    case 'explicit':
      return { permission, ...optIn(dice, 'Contact', createdAt, now), confirmStatus: dice.pick(['off', 'confirmed']) };
    case 'implicit':
      return { permission, ...optIn(dice, 'Account', createdAt, now), confirmStatus: 'off' };
    case 'unsubscribed':
      return {
        permission,
        ...optIn(dice, 'Contact', createdAt, now),
        ...optOut(dice, createdAt, now),
        confirmStatus: 'off',
      };
    case 'pending_confirmation':
      return { permission, optInSource: 'Account', confirmStatus: 'pending' };
    default:
      return { permission, confirmStatus: 'off' };
  }
}

function optIn(dice: Dice, source: Source, createdAt: number, now: number): Partial<Consent> {
  return dice.weighted<Partial<Consent>>([
    [{ optInSource: source, optInDate: optInIn(createdAt) }, 94],
    [{ optInSource: source }, 4],
    [{ optInSource: source, optInDate: wholeSecond(now + dice.integer(2, 400) * DAY) }, 2],
  ]);
}

function optOut(dice: Dice, createdAt: number, now: number): Partial<Consent> {
  return {
    optOutSource: dice.chance(0.8) ? 'Contact' : 'Account',
    ...(dice.chance(0.97) ? { optOutDate: wholeSecond(dice.between(createdAt, now)) } : {}),
    ...(dice.chance(0.3) ? { optOutReason: dice.pick(['too many', 'No longer interested', 'other; see note']) } : {}),
  };
}
