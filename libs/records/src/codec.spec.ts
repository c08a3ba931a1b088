import fc from 'fast-check';
import { arbitraryOf } from '../../../test/arbitrary-records.js';
import { codecOf, InvalidRecord, schemaIdOf, TOPICS, type Topic, type Values } from './index.js';

/** The schema as another release of Portage may have it. */
function changed(topic: Topic, change: (schema: { fields: Record<string, unknown>[] }) => void): string {
  const schema = JSON.parse(codecOf(topic).schema) as { fields: Record<string, unknown>[] };
  change(schema);
  return JSON.stringify(schema);
}

describe.each(TOPICS)('the codec of %s', (topic) => {
  const codec = codecOf(topic);
  const decode = codec.decoder(codec.schema);

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(arbitraryOf(topic), fc.nat(2 ** 31 - 1), (value, id) => {
        const frame = codec.encode(value, id);
        expect(schemaIdOf(frame)).toBe(id);
        expect(decode(frame)).toEqual(value);
        expect(codec.problems(value)).toEqual([]);
      }),
    );
  });

  it('refuses any shortened, lengthened or disturbed frame or reads some value, but never hangs', () => {
    fc.assert(
      fc.property(arbitraryOf(topic), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 12 }), (value, at, noise) => {
        const frame = codec.encode(value, 1);
        expect(() => decode(Buffer.concat([frame, noise]))).toThrow('trailing data');
        const body = frame.length - 5;
        const cut = 5 + (at % body);
        expect(() => decode(frame.subarray(0, cut))).toThrow();
        const disturbed = Buffer.concat([frame.subarray(0, cut), noise, frame.subarray(cut)]);
        try {
          decode(disturbed);
        } catch (error) {
          expect((error as Error).message).not.toBe('');
        }
      }),
    );
  });

  it('every optional field is null by default and every enum falls back to unknown', () => {
    for (const node of nodes(JSON.parse(codec.schema))) {
      if ('symbols' in node)
        expect(node).toMatchObject({ default: 'unknown', symbols: expect.arrayContaining(['unknown']) });
      if (Array.isArray(node.type)) expect(node).toMatchObject({ default: null, type: ['null', expect.anything()] });
      expect(typeof node.doc).toBe('string');
    }
  });
});

/** Every record, enum and field of a schema. */
function nodes(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'name' in schema ? [schema as Record<string, unknown>] : [];
  return [...own, ...Object.values(schema).flatMap(nodes)];
}

describe('codecs', () => {
  const list: Values['lists'] = {
    meta: { op: 'upsert', connectionId: 'c', accountId: 'a', runId: 'r', observedAt: 1, version: 2 },
    listId: 'l',
    name: 'News',
    description: null,
    favorite: true,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    membershipCount: null,
  };
  const codec = codecOf('lists');

  it('write records larger than any buffer of theirs', () => {
    const large = { ...list, description: 'x'.repeat(300_000) };
    expect(codec.decoder(codec.schema)(codec.encode(large, 3))).toEqual(large);
    expect(codec.decoder(codec.schema)(codec.encode(list, 3))).toEqual(list);
  });

  it('name the fields of an invalid record and quote none of them', () => {
    const wrong = { ...list, name: 12345, meta: { ...list.meta, op: 'secret-word' } } as never;
    expect(() => codec.encode(wrong, 1)).toThrow(InvalidRecord);
    expect(() => codec.encode(wrong, 1)).toThrow('A record for lists does not fit its schema at meta.op, name.');
  });

  it('report undeclared fields, which Avro would drop silently', () => {
    expect(codec.problems({ ...list, nmae: 'x' })).not.toEqual([]);
  });

  it('read an enum symbol from the future as unknown', () => {
    const future = changed('lists', (schema) => {
      const meta = schema.fields[0]?.type as { fields: { type: { symbols: string[] } }[] };
      meta.fields[0]?.type.symbols.splice(0, 0, 'merged');
    });
    const frame = codec.encode(list, 1);
    frame[5] = 0; // the first symbol of the future: merged
    expect(codec.decoder(future)(frame)).toMatchObject({ meta: { op: 'unknown' } });
  });

  it('read past fields from the future and fill in fields that the past did not have', () => {
    const future = changed('lists', (schema) => {
      schema.fields.push({ name: 'colours', type: { type: 'array', items: 'string' }, default: [] });
    });
    const frame = Buffer.concat([codec.encode(list, 1), Buffer.from([2, 6, ...Buffer.from('red'), 0])]);
    expect(codec.decoder(future)(frame)).toEqual(list);

    const past = changed('lists', (schema) => schema.fields.pop());
    const short = codec.encode(list, 1).subarray(0, -1);
    expect(codec.decoder(past)(short)).toEqual(list);
  });

  it('do not believe an array that claims more items than there are bytes', () => {
    const marks = codecOf('marks');
    const mark = { connectionId: 'c', stream: 'lists' as const, runId: 'r', completedAt: 1, endOffsets: [] };
    const frame = marks.encode(mark, 1).subarray(0, -1);
    const lie = Buffer.concat([frame, Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])]);
    expect(() => marks.decoder(marks.schema)(lie)).toThrow('an array is longer than its bytes');
  });

  it('refuse a writer that has nothing to do with the topic', () => {
    expect(() => codec.decoder(codecOf('marks').schema)).toThrow();
  });
});
