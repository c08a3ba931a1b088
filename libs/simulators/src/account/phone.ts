import { type Phone } from './contact.js';
import { type Dice } from './dice.js';

/** One number that several people give: a family's or an office's. `salt` keeps the numbers of several groups apart. */
export function sharedNumber(salt: number): string {
  return `+1 617-555-${String(100 + (salt % 100)).padStart(4, '0')}`;
}

/** A number as people type it, at most 25 characters, one in twelve unusable. */
function phoneNumber(dice: Dice, countryCode: string): string {
  if (dice.chance(0.08)) return dice.pick(['n/a', '12345', 'call office', '000-000-0000', '+999 12 34']);
  const line = String(dice.integer(2000, 9999));
  switch (countryCode) {
    case 'DE': {
      const subscriber = `${dice.integer(20, 99)}${line}${dice.integer(10, 99)}`;
      return dice.pick([
        `+49 1512 ${subscriber.slice(0, 7)}`,
        `01512 ${subscriber.slice(0, 7)}`,
        `0049 1512-${subscriber.slice(0, 7)}`,
      ]);
    }
    case 'GB':
      return dice.pick([`+44 7400 12${line}`, `07400 12${line}`, `(07400) 12-${line}`]);
    default: {
      const area = dice.pick(['212', '303', '415', '617', '514']);
      const exchange = dice.integer(220, 980);
      return dice.pick([
        `(${area}) ${exchange}-${line}`,
        `${area}.${exchange}.${line}`,
        `+1${area}${exchange}${line}`,
        `1-${area}-${exchange}-${line}`,
        `${area} ${exchange} ${line} x12`,
      ]);
    }
  }
}

export function phones(dice: Dice, countryCode: string, shared: string | undefined): Phone[] {
  const kinds = dice.sample(
    ['home', 'work', 'mobile', 'other'] as const,
    dice.weighted([
      [0, 4],
      [1, 4],
      [2, 1.5],
      [3, 0.5],
    ]),
  );
  const numbers: Phone[] = kinds.map((kind) => ({ kind, number: phoneNumber(dice, countryCode) }));
  if (shared === undefined) return numbers;
  return [{ kind: 'home', number: shared }, ...numbers.filter(({ kind }) => kind !== 'home').slice(0, 2)];
}
