import { type Dice } from './dice.js';

/** How an address can be odd. `localpart` is longer than the 64 characters that mail allows, though the vendor took it. */
type Oddity = 'plain' | 'casing' | 'plus' | 'space' | 'undotted' | 'no_at' | 'quoted' | 'localpart';

const ODDITIES: readonly (readonly [Oddity, number])[] = [
  ['plain', 900],
  ['casing', 50],
  ['plus', 30],
  ['space', 5],
  ['undotted', 4],
  ['no_at', 3],
  ['quoted', 3],
  ['localpart', 3],
];

/** A new address, messy in the way real accounts are; `number` makes it unlike any other whatever its casing. */
export function emailAddress(dice: Dice, first: string, last: string, number: number): string {
  const local = `${ascii(first)}.${ascii(last)}${number}`;
  const domain = `mail${dice.integer(1, 9)}.portage-demo.org`;
  switch (dice.weighted(ODDITIES)) {
    case 'plain':
      return `${local}@${domain}`;
    case 'casing':
      return dice.chance(0.5) ? `${local.toUpperCase()}@${domain}` : `${capitalised(local)}@${capitalised(domain)}`;
    case 'plus':
      return `${local}+${dice.pick(['news', 'shop', 'a+b'])}@${domain}`;
    case 'space':
      return dice.chance(0.5) ? ` ${local}@${domain}` : `${local}@${domain} `;
    case 'undotted':
      return `${local}@localhost`;
    case 'no_at':
      return `${local}.${domain}`;
    case 'quoted':
      return `"${local}"@${domain}`;
    case 'localpart':
      return `${local.padEnd(66, 'x')}@d.demo.org`;
  }
}

function ascii(name: string): string {
  const plain = name.normalize('NFD').replace(/[^A-Za-z]/g, '');
  return plain.toLowerCase() || 'x';
}

function capitalised(text: string): string {
  return text.replace(/(^|\.)[a-z]/g, (letters) => letters.toUpperCase());
}
