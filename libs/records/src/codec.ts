import { type Type } from 'avsc';
import { compile } from './bounded-array.js';
import { FRAME_HEADER, writeFrameHeader } from './frame.js';
import { schemas } from './generated/schemas.js';
import { TOPICS, type Topic, type Values } from './record.js';

/** Reads frames written with one schema; throws an Error with a reason that quotes no data. */
export type Decode<V> = (frame: Buffer) => V;

/** Avro for the values of one topic, in the form that registry-aware clients of any language read. Pure: ids are given. */
export interface Codec<V> {
  /** The schema as it is registered, JSON. */
  readonly schema: string;
  /** A frame with this schema id. Throws InvalidRecord. */
  encode(value: V, schemaId: number): Buffer;
  /** A reader for what `writerSchema` wrote. Throws when the two do not go together; costly, so keep it per schema id. */
  decoder(writerSchema: string): Decode<V>;
  /** Paths of fields that are missing, of a wrong kind or unknown to the schema. */
  problems(value: unknown): readonly string[];
}

/** A value that its schema does not allow: a bug of whoever made it. Names fields, never values. */
export class InvalidRecord extends TypeError {
  override readonly name = 'InvalidRecord';

  constructor(
    readonly topic: Topic,
    readonly paths: readonly string[],
  ) {
    super(`A record for ${topic} does not fit its schema at ${paths.join(', ')}.`);
  }
}

class AvroCodec implements Codec<object> {
  readonly schema: string;
  private readonly type: Type;
  private scratch = Buffer.allocUnsafeSlow(8_192);

  constructor(private readonly topic: Topic) {
    this.schema = schemas[topic];
    this.type = compile(this.schema);
  }

  encode(value: object, schemaId: number): Buffer {
    const end = this.write(value);
    if (end < 0) {
      // A negative position says by how many bytes the buffer was too short.
      this.scratch = Buffer.allocUnsafeSlow(2 * (this.scratch.length - end));
      return this.encode(value, schemaId);
    }
    const frame = Buffer.from(this.scratch.subarray(0, end));
    writeFrameHeader(frame, schemaId);
    return frame;
  }

  decoder(writerSchema: string): Decode<object> {
    const writer = compile(writerSchema);
    const resolver = this.type.createResolver(writer);
    return (frame) => this.type.fromBuffer(frame.subarray(FRAME_HEADER), resolver) as object;
  }

  problems(value: unknown): readonly string[] {
    const paths: string[] = [];
    const errorHook = (path: string[]): void => void paths.push(path.join('.') || '(whole)');
    this.type.isValid(value, { noUndeclaredFields: true, errorHook });
    return paths;
  }

  /** The library's own error quotes the value, which may be personal data: it ends here. */
  private write(value: object): number {
    try {
      return this.type.encode(value, this.scratch, FRAME_HEADER);
    } catch {
      throw new InvalidRecord(this.topic, this.problems(value));
    }
  }
}

const codecs = Object.fromEntries(TOPICS.map((topic) => [topic, new AvroCodec(topic)])) as Record<Topic, AvroCodec>;

export function codecOf<T extends Topic>(topic: T): Codec<Values[T]> {
  return codecs[topic] as unknown as Codec<Values[T]>;
}
