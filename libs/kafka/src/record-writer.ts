import { codecOf, type Topic, type Values } from '@portage/records';
import { type SchemaRegistry } from './registry.js';

/** Encodes records with schema ids that were looked up once, at start: a writing service needs no registry afterwards. */
export class RecordWriter {
  private constructor(private readonly ids: ReadonlyMap<Topic, number>) {}

  /** Throws `registry.schema_missing` or `registry.unreachable`. */
  static async create(registry: SchemaRegistry, topics: readonly Topic[]): Promise<RecordWriter> {
    const ids = await Promise.all(topics.map(async (topic) => [topic, await registry.idOf(topic)] as const));
    return new RecordWriter(new Map(ids));
  }

  /** Throws InvalidRecord. */
  encode<T extends Topic>(topic: T, value: Values[T]): Buffer {
    const id = this.ids.get(topic);
    if (id === undefined) throw new RangeError(`This writer was not made for ${topic}.`);
    return codecOf(topic).encode(value, id);
  }
}
