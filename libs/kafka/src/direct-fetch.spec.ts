import { chunkOf } from './direct-fetch.js';
import { type FetchedMessage, type FetchedPartition } from './internal-cluster.js';

const record = (offset: number, producerId = '-1'): FetchedMessage =>
  ({
    offset: String(offset),
    isControlRecord: false,
    batchContext: { producerId, inTransaction: producerId !== '-1' },
  }) as FetchedMessage;
const marker = (offset: number, producerId: string): FetchedMessage => ({
  ...record(offset, producerId),
  isControlRecord: true,
});

function partition(
  messages: readonly FetchedMessage[],
  lastStable: number,
  aborted: [string, number][] = [],
): FetchedPartition {
  return {
    partition: 0,
    lastStableOffset: String(lastStable),
    abortedTransactions: aborted.map(([producerId, first]) => ({ producerId, firstOffset: String(first) })),
    messages,
  };
}

function read(data: FetchedPartition, asked: number, alone = true) {
  const { messages, next } = chunkOf(data, asked, alone);
  return { offsets: messages.map(({ offset }) => Number(offset)), next };
}

describe('chunkOf', () => {
  it('drops what the brokers send before the asked offset', () => {
    expect(read(partition([record(3), record(4), record(5)], 6), 5)).toEqual({ offsets: [5], next: 6 });
  });

  it('drops markers but counts them as seen', () => {
    expect(read(partition([record(0, '7'), marker(1, '7')], 2), 0)).toEqual({ offsets: [0], next: 2 });
    expect(read(partition([marker(1, '7')], 2), 1)).toEqual({ offsets: [], next: 2 });
  });

  it('drops the records of aborted transactions, and no other ones of the same producer', () => {
    const messages = [
      record(0, '7'),
      record(1, '8'),
      record(2, '7'),
      marker(3, '7'),
      record(4, '7'),
      marker(5, '8'),
      marker(6, '7'),
    ];
    expect(read(partition(messages, 7, [['7', 0]]), 0)).toEqual({ offsets: [1, 4], next: 7 });
  });

  it('knows several transactions as aborted from the first record on, when a fetch begins inside of them', () => {
    const messages = [record(20, '8'), record(21, '7'), record(22, '9'), marker(23, '7'), marker(24, '8')];
    const aborted: [string, number][] = [
      ['8', 12],
      ['7', 10],
    ];
    expect(read(partition(messages, 30, aborted), 20)).toEqual({ offsets: [22], next: 25 });
  });

  it('says that a range is empty only when nothing else can explain the silence', () => {
    expect(read(partition([], 9), 4, true)).toEqual({ offsets: [], next: 9 });
    expect(read(partition([], 9), 4, false)).toEqual({ offsets: [], next: 4 });
    expect(read(partition([], 4), 4, true)).toEqual({ offsets: [], next: 4 });
    expect(read(partition([], 2), 4, true)).toEqual({ offsets: [], next: 4 });
  });

  it('passes one offset at a time over the lost end of a batch', () => {
    expect(read(partition([record(3)], 20), 7)).toEqual({ offsets: [], next: 8 });
  });
});
