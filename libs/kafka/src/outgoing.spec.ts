import { partsOf } from './outgoing.js';

describe('messages in several requests', () => {
  const message = (bytes: number) => ({ key: `${bytes}`, value: Buffer.alloc(bytes) });
  const shape = (sizes: Readonly<Record<string, readonly number[]>>) =>
    partsOf(Object.entries(sizes).map(([topic, all]) => ({ topic, messages: all.map(message) }))).map((part) =>
      part.map(({ topic, messages }) => [topic, messages.map(({ key }) => Number(key))]),
    );

  it('are as many as fit into each, in their order', () => {
    expect(shape({ a: [400_000, 400_000, 400_000], b: [1, 2] })).toEqual([
      [['a', [400_000, 400_000]]],
      [
        ['a', [400_000]],
        ['b', [1, 2]],
      ],
    ]);
  });

  it('leave one that is too large alone', () => {
    expect(shape({ a: [1, 2_000_000, 1] })).toEqual([[['a', [1]]], [['a', [2_000_000]]], [['a', [1]]]]);
    expect(shape({})).toEqual([]);
  });
});
