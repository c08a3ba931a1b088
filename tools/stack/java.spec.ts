import { majorVersion } from './java.js';

describe('the version of Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
    ['java version "21" 2023-09-19 LTS', 21],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['java version "1.8.0_392"', 8],
    ['Error: could not find java.dll', 0],
  ])('of %j is %d', (output, version) => {
    expect(majorVersion(output)).toBe(version);
  });
});
