import { type DeadLetter, type Stream, STREAMS } from '@portage/records';
import { type Letter } from './letter.js';

/** The record that a letter carries, as it stood on its topic. */
export interface BuriedRecord {
  readonly stream: Stream;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly frame: Buffer;
  /** It could not be read then, so nothing of it was counted. */
  readonly wasUnreadable: boolean;
}

/** What of a letter can go through the loader once more, or why nothing can, in words for the owner. */
export function redrivable(letter: Letter, record: DeadLetter | null): BuriedRecord | { readonly refused: string } {
  if (letter.state === 'dropped') return { refused: 'This letter was dropped.' };
  if (record === null) return { refused: 'This letter cannot be read itself.' };
  const { partition, offset, key, value } = record;
  if (record.stage === 'poller') {
    return {
      refused:
        'The row never became a record: Constant Contact gave it in a form that cannot be used. Correct it there; the next pass reads it again.',
    };
  }
  const stream = STREAMS.find((each) => each === record.stream);
  if (stream === undefined || partition === null || offset === null || key === null || value === null) {
    return { refused: 'This letter does not carry the whole record.' };
  }
  const wasUnreadable = record.code.startsWith('record.');
  return { stream, partition, offset, key: key.toString('utf8'), frame: value, wasUnreadable };
}
