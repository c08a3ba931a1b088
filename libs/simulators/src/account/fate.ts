import { type BounceCode } from './row-codes.js';
import { type Dice } from './dice.js';

/**
 * What mail meets at a contact over the campaigns. `lifted`: does not exist once, opens again later. `thrice`: soft bounces with no
 * sign of life; `thrice_alive`: the same with opens in between. `elsewhere`: suspended by other accounts' bounces.
 */
export type Fate =
  'well' | 'hard' | 'lifted' | 'thrice' | 'thrice_alive' | 'elsewhere' | 'away' | 'left_again' | 'came_back';

export function fateOf(dice: Dice): Fate {
  return dice.weighted<Fate>([
    ['well', 94],
    ['hard', 1.6],
    ['lifted', 0.3],
    ['thrice', 0.6],
    ['thrice_alive', 0.5],
    ['elsewhere', 0.5],
    ['away', 0.8],
    ['left_again', 0.5],
    ['came_back', 0.5],
  ]);
}

/** How the mailing numbered `round` (from 0, counting those sent to this contact) ends for a contact of that fate. */
export function bounceOf(dice: Dice, fate: Fate, round: number): BounceCode | undefined {
  switch (fate) {
    case 'hard':
      return round === 0 ? 'B' : 'S';
    case 'lifted':
      return round === 0 ? 'B' : undefined;
    case 'elsewhere':
      return 'S';
    case 'thrice':
      return dice.pick(['D', 'F', 'X', 'Z'] as const);
    case 'thrice_alive':
      return round % 2 === 0 ? dice.pick(['D', 'F'] as const) : undefined;
    case 'away':
      return 'V';
    default:
      return dice.chance(0.006) ? dice.pick(['D', 'F', 'X', 'Z'] as const) : undefined;
  }
}

/** Contacts whose fate shows only if they are mailed. */
export function mustBeMailed(fate: Fate): boolean {
  return fate !== 'well';
}
