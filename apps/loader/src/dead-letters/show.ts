import { RecordReader, type SchemaRegistry } from '@portage/kafka';
import { type DeadLetter, STREAMS } from '@portage/records';
import { type ShownLetter } from './answers.js';
import { type OpenedLetter } from './letter-box.js';

/** A letter with its record, decoded as far as that is possible now, and raw. */
export async function show({ letter, record }: OpenedLetter, registry: SchemaRegistry): Promise<ShownLetter> {
  return {
    ...letter,
    decoded: record && (await decode(record, registry)),
    raw: {
      key: record?.key?.toString('utf8') ?? null,
      schemaId: record?.schemaId ?? null,
      value: record?.value?.toString('base64') ?? null,
    },
  };
}

async function decode({ stage, stream, value }: DeadLetter, registry: SchemaRegistry): Promise<unknown> {
  if (value === null) return null;
  if (stage === 'poller') return parsed(value);
  const topic = STREAMS.find((each) => each === stream);
  if (topic === undefined) return null;
  const reader = new RecordReader(topic, registry);
  await reader.learn([value]);
  const read = reader.read(value);
  return 'value' in read ? read.value : null;
}

/** The poller keeps the vendor's row as it came. */
function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return null;
  }
}
