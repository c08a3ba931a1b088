import fc from 'fast-check';
import { backoffSeconds, freshnessOf } from './freshness.js';

const day = 86_400;
const tokenOf = (remainingSeconds: number, lifeSeconds = day) => ({ generation: 4, remainingSeconds, lifeSeconds });

describe('freshnessOf', () => {
  it.each([
    [day, undefined, 'fresh'],
    [day * 0.1, undefined, 'fresh'],
    [day * 0.1 - 1, undefined, 'aging'],
    [31, undefined, 'aging'],
    [29, undefined, 'unusable'],
    [0, undefined, 'unusable'],
    [-5, undefined, 'unusable'],
    [day, 4, 'unusable'],
    [day, 3, 'fresh'],
    [day, 5, 'fresh'],
  ])('with %d seconds left and generation %s refused it is %s', (remaining, rejected, freshness) => {
    expect(freshnessOf(tokenOf(remaining), rejected)).toBe(freshness);
  });

  it('lets a token of a few seconds be used at all', () => {
    expect(freshnessOf(tokenOf(9, 10))).toBe('fresh');
    expect(freshnessOf(tokenOf(0.5, 10))).toBe('unusable');
  });

  it('counts a credential without a token as unusable', () => {
    expect(freshnessOf(tokenOf(0, 0))).toBe('unusable');
  });
});

describe('backoffSeconds', () => {
  it('grows to a minute and stays within it', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const wait = backoffSeconds(failures, random);
        expect(wait).toBeGreaterThanOrEqual(0.5);
        expect(wait).toBeLessThanOrEqual(60);
      }),
    );
    expect(backoffSeconds(0, 1)).toBe(1);
    expect(backoffSeconds(3, 1)).toBe(8);
    expect(backoffSeconds(20, 1)).toBe(60);
  });
});
