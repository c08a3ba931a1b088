import { type Letter, renderLetters } from './dead-letters.js';

const letter: Letter = {
  id: '2-1234567',
  code: 'klaviyo.invalid',
  words: 'Klaviyo refused this person.',
  stream: 'suppressions',
  connectionId: 'c1',
  sourceId: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  failedAt: '2026-01-01T00:00:00.000Z',
  state: 'redriven',
  reason: 'taken',
};

describe('a list of dead letters', () => {
  it('is readable at 80 columns and says how to go on', () => {
    const text = renderLetters([letter, { ...letter, id: '0-1', stream: null, failedAt: null }], 'W10');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toContain('2-1234567');
    expect(text).toContain('--cursor W10');
  });

  it('says so when there are none', () => expect(renderLetters([], null)).toBe('There are no such dead letters.\n'));
});
