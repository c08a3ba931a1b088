import { codecOf, type Decode, schemaIdOf, type Topic, type Values } from '@portage/records';
import { type SchemaRegistry } from './registry.js';

/** A value that cannot be read, with what a dead letter needs. */
export interface Undecodable {
  readonly code: 'record.not_framed' | 'record.unknown_schema' | 'record.foreign_schema' | 'record.corrupt';
  /** In words that quote no data. */
  readonly reason: string;
  readonly bytes: Buffer;
  readonly schemaId: number | null;
}

export type Decoded<V> = { readonly value: V } | { readonly undecodable: Undecodable };

/** Knows how to read what one schema id wrote, or why not. */
type Reading<V> = Decode<V> | Pick<Undecodable, 'code' | 'reason'>;

/**
 * Decodes the values of one topic, written with whatever schema ids. `learn` first fetches the schemas that are new,
 * so that `read` needs to wait for nothing. A schema that the registry does not know makes a record undecodable; a
 * registry that does not answer makes `learn` throw `registry.unreachable`, which says nothing about the record.
 */
export class RecordReader<T extends Topic> {
  private readonly readings = new Map<number, Reading<Values[T]>>();

  constructor(
    private readonly topic: T,
    private readonly registry: Pick<SchemaRegistry, 'schemaOf'>,
  ) {}

  async learn(frames: Iterable<Buffer | null>): Promise<void> {
    for (const id of idsOf(frames)) {
      if (!this.readings.has(id)) await this.fetch(id);
    }
  }

  read(frame: Buffer): Decoded<Values[T]> {
    const schemaId = schemaIdOf(frame);
    if (schemaId === null) return undecodable(frame, null, notFramed);
    const reading = this.readings.get(schemaId) ?? unknownSchema;
    if (typeof reading !== 'function') return undecodable(frame, schemaId, reading);
    try {
      return { value: reading(frame) };
    } catch (error) {
      const reason = `The bytes do not follow their schema: ${error instanceof Error ? error.message : 'unreadable'}.`;
      return undecodable(frame, schemaId, { code: 'record.corrupt', reason });
    }
  }

  /** What is unknown is asked for again next time: it may have been registered meanwhile. */
  private async fetch(id: number): Promise<void> {
    const schema = await this.registry.schemaOf(id);
    if (schema !== null) this.readings.set(id, readingOf(this.topic, schema));
  }
}

const notFramed = { code: 'record.not_framed', reason: 'The value does not begin with a schema id.' } as const;
const unknownSchema = { code: 'record.unknown_schema', reason: 'The registry knows no schema with this id.' } as const;
const foreignSchema = {
  code: 'record.foreign_schema',
  reason: 'The value was written with a schema that does not belong to this topic.',
} as const;

function readingOf<T extends Topic>(topic: T, schema: string): Reading<Values[T]> {
  try {
    return codecOf(topic).decoder(schema);
  } catch {
    return foreignSchema;
  }
}

function idsOf(frames: Iterable<Buffer | null>): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const frame of frames) {
    const id = frame === null ? null : schemaIdOf(frame);
    if (id !== null) ids.add(id);
  }
  return ids;
}

function undecodable(
  bytes: Buffer,
  schemaId: number | null,
  why: Pick<Undecodable, 'code' | 'reason'>,
): { readonly undecodable: Undecodable } {
  return { undecodable: { ...why, bytes, schemaId } };
}
