import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { keyPartitioner } from './partitioner.js';

describe('the partition of a key', () => {
  const place = (partitioner: ReturnType<typeof keyPartitioner>, key: string | Buffer, partitions: number) =>
    partitioner({
      topic: 't',
      partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 })) as never,
      message: { key, value: null },
    });

  it('is the one that every other client finds', () => {
    const theirs = kafkajs.Partitioners.DefaultPartitioner();
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.uuid(), fc.uint8Array().map(Buffer.from));
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 50 }), (given, partitions) => {
        expect(place(keyPartitioner(), given, partitions)).toBe(place(theirs, given, partitions));
      }),
      { numRuns: 2000 },
    );
  });
});
