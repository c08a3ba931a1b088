import { type ContactList, type Tag } from './account.js';
import { consentOf } from './consent.js';
import { type Contact, type SmsChannel } from './contact.js';
import { type CustomField } from './custom-field.js';
import { customValues } from './custom-values.js';
import { type Dice } from './dice.js';
import { emailAddress } from './email-address.js';
import { wholeSecond } from './moment.js';
import { phones, sharedNumber } from './phone.js';
import { streetAddresses } from './street-address.js';
import { COMPANIES, FIRST_NAMES, JOB_TITLES, LAST_NAMES, PLACES } from './vocabulary.js';

const DAY = 86_400_000;

/** What a new person can be put on and given. */
export interface Surroundings {
  readonly lists: readonly ContactList[];
  readonly smsList: ContactList | undefined;
  readonly tags: readonly Tag[];
  readonly customFields: readonly CustomField[];
}

/** A contact nobody else resembles; `number` is unlike that of any other contact. */
export function person(
  dice: Dice,
  around: Surroundings,
  number: number,
  span: { since: number; now: number },
): Contact {
  const createdAt = wholeSecond(dice.between(span.since, span.now));
  const updatedAt = dice.chance(0.6) ? wholeSecond(dice.between(createdAt, span.now)) : createdAt;
  const first = dice.pick(FIRST_NAMES);
  const last = dice.pick(LAST_NAMES);
  const place = dice.pick(PLACES);
  const textOnly = dice.chance(0.01);
  const texting = textOnly || dice.chance(0.03);
  const contact: Contact = {
    id: dice.uuid(),
    ...(dice.chance(0.92) ? { firstName: first } : {}),
    ...(dice.chance(0.88) ? { lastName: last } : {}),
    ...(dice.chance(0.15) ? { jobTitle: dice.pick(JOB_TITLES) } : {}),
    ...(dice.chance(0.2) ? { companyName: dice.pick(COMPANIES) } : {}),
    ...(dice.chance(0.15) ? { birthday: { month: dice.integer(1, 12), day: dice.integer(1, 28) } } : {}),
    ...(dice.chance(0.08) ? { anniversary: dice.pick(['2011-06-18', '06/18/2011', 'May 2015', '2004-2-29']) } : {}),
    createSource: dice.chance(0.5) ? 'Contact' : 'Account',
    ...(updatedAt > createdAt ? { updateSource: dice.pick(['Account', 'Contact'] as const) } : {}),
    createdAt,
    updatedAt,
    customFields: customValues(dice, around.customFields),
    phones: phones(dice, place.code, dice.chance(0.04) ? sharedNumber(dice.integer(0, 60)) : undefined),
    addresses: streetAddresses(dice, place),
    lists: memberships(dice, around, texting),
    tags: dice
      .sample(
        around.tags,
        dice.weighted([
          [0, 6],
          [1, 3],
          [3, 1],
        ]),
      )
      .map(({ id }) => id),
    ...(dice.chance(0.02) ? { note: 'Called, left a message.' } : {}),
  };
  if (!textOnly) {
    const address = emailAddress(dice, first, last, number);
    const emailAt = { createdAt, updatedAt: wholeSecond(dice.between(createdAt, span.now)) };
    contact.email = { address, ...emailAt, ...consentOf(dice, createdAt, span.now) };
    if (dice.chance(0.015)) {
      const before = `${dice.pick(['Former', 'old'])}${number}@mail${dice.integer(1, 9)}.portage-demo.org`;
      // Mistyped, and corrected when it bounced.
      const former = number % 3 === 0 ? before.replaceAll('.', '') : before;
      contact.formerAddresses = [{ address: former, until: wholeSecond(dice.between(createdAt, updatedAt)) }];
    }
  }
  if (texting) contact.sms = sms(dice, createdAt);
  if (dice.chance(0.05)) {
    contact.deletedAt = wholeSecond(dice.between(Math.min(updatedAt + DAY, span.now), span.now));
    contact.lists = [];
  }
  return contact;
}

function memberships(dice: Dice, around: Surroundings, texting: boolean): string[] {
  const count = dice.weighted([
    [0, 1],
    [1, 6],
    [2, 2],
    [4, 1],
    [50, 0.01],
  ]);
  const ids = dice.sample(around.lists, Math.min(count, 49)).map(({ id }) => id);
  return texting && around.smsList !== undefined ? [...ids, around.smsList.id] : ids;
}

function sms(dice: Dice, createdAt: number): SmsChannel {
  return {
    number: `617555${dice.integer(2000, 9999)}`,
    dialCode: '1',
    countryCode: 'US',
    permission: dice.pick(['explicit', 'unsubscribed', 'pending_confirmation', 'not_set']),
    optInDate: createdAt,
  };
}
