import { codecOf, type Mark } from '@portage/records';
import { RecordReader } from './record-reader.js';

const mark: Mark = { connectionId: 'c', stream: 'lists', runId: 'r', completedAt: 1, endOffsets: [3] };
const codec = codecOf('marks');
const schemas = new Map([
  [1, codec.schema],
  [2, codecOf('lists').schema],
]);

class Registry {
  readonly asked: number[] = [];
  down = false;

  schemaOf(id: number): Promise<string | null> {
    this.asked.push(id);
    return this.down ? Promise.reject(new Error('down')) : Promise.resolve(schemas.get(id) ?? null);
  }
}

async function learned(...frames: readonly (Buffer | null)[]) {
  const registry = new Registry();
  const reader = new RecordReader('marks', registry);
  await reader.learn(frames);
  return { registry, reader };
}

describe('RecordReader', () => {
  it('asks for a schema once, whatever the number of records', async () => {
    const frame = codec.encode(mark, 1);
    const { registry, reader } = await learned(frame, frame, null, Buffer.from('x'));
    await reader.learn([frame]);
    expect(registry.asked).toEqual([1]);
    expect(reader.read(frame)).toEqual({ value: mark });
  });

  it('gives up a record with a schema that the registry does not know, and asks again for the next one', async () => {
    const frame = codec.encode(mark, 9);
    const { registry, reader } = await learned(frame);
    expect(reader.read(frame)).toMatchObject({
      undecodable: { code: 'record.unknown_schema', schemaId: 9, bytes: frame },
    });
    schemas.set(9, codec.schema);
    await reader.learn([frame]);
    expect(registry.asked).toEqual([9, 9]);
    expect(reader.read(frame)).toEqual({ value: mark });
    schemas.delete(9);
  });

  it('says nothing about a record while the registry does not answer', async () => {
    const registry = new Registry();
    registry.down = true;
    const reader = new RecordReader('marks', registry);
    await expect(reader.learn([codec.encode(mark, 1)])).rejects.toThrow('down');
  });

  it.each([
    ['record.not_framed', Buffer.from('plain text'), null],
    ['record.not_framed', Buffer.alloc(0), null],
    ['record.foreign_schema', codec.encode(mark, 2), 2],
    ['record.corrupt', codec.encode(mark, 1).subarray(0, 9), 1],
  ])('names %s and keeps the bytes', async (code, frame, schemaId) => {
    const { reader } = await learned(frame);
    expect(reader.read(frame)).toMatchObject({ undecodable: { code, schemaId, bytes: frame } });
  });
});
