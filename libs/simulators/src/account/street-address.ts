import { type StreetAddress } from './contact.js';
import { type Dice } from './dice.js';
import { PLACES } from './vocabulary.js';

export type Place = (typeof PLACES)[number];

/** None to three addresses, parts missing as people leave them out. */
export function streetAddresses(dice: Dice, home: Place): StreetAddress[] {
  const kinds = dice.sample(
    ['home', 'work', 'other'] as const,
    dice.weighted([
      [0, 5],
      [1, 4],
      [2, 0.8],
      [3, 0.2],
    ]),
  );
  const addresses = kinds.map((kind, position) => address(dice, kind, position === 0 ? home : dice.pick(PLACES)));
  // The API gives them in no particular order.
  return dice.chance(0.3) ? addresses.reverse() : addresses;
}

function address(dice: Dice, kind: StreetAddress['kind'], place: Place): StreetAddress {
  return {
    kind,
    ...(dice.chance(0.8)
      ? { street: `${dice.integer(1, 240)} ${dice.pick(['Mill Rd', 'Hauptstraße', 'Elm St.'])}` }
      : {}),
    city: dice.pick<string>(place.cities),
    ...(place.state === '' ? {} : { state: place.state }),
    ...(place.postal === '' ? {} : { postalCode: place.postal }),
    ...(place.country === '' ? {} : { country: place.country }),
  };
}
