/**
 * The canonical records: what travels between the services, one Avro value per record, one topic per stream.
 *
 * The words that this code base uses, and uses for nothing else:
 *
 * - **person**: one normalised e-mail address. Several contacts can share it; any one's opt-out counts for all.
 * - **connection**: one Constant Contact account tied to one Klaviyo account, with its options.
 * - **stream**: `lists`, `contacts`, `suppressions` or `activities`. Each has a topic of its own.
 * - **snapshot, delta, sweep**: a first full read; what changed since; a repeated full read for what deltas miss.
 * - **cursor**: where a stream's reading stands, opaque to everyone but the stream.
 * - **record**: one value on a topic. Its **key** says what it is about, its **version** orders the records of a key.
 * - **target**: a Klaviyo account that records are loaded into. **ledger**: what was last written, per target and key.
 * - **outcome**: what became of a record: delivered, unchanged, skipped, rejected, parked or deferred.
 * - **settled prefix**: the offsets up to which every delivered record has a durable outcome other than deferred.
 * - **mark**: the statement that a stream of a connection was read completely, with the end offsets reached.
 * - **parked**: said of a target that cannot take work now, and of the records that wait for it.
 * - **replay**: a governed second load of retained records. **verify**: comparing what should be with what is.
 * - **opt-out**: any reason a person may not be mailed: unsubscribed, bounced, suspended or held.
 */
import {
  type Activity,
  type Contact,
  type DeadLetter,
  type List,
  type Mark,
  type Stream as MarkedStream,
  streamSymbols,
  type Suppression,
} from './generated/types.js';

export type Stream = Exclude<MarkedStream, 'unknown'>;
export const STREAMS: readonly Stream[] = streamSymbols.filter((stream) => stream !== 'unknown');

/** Topics by their name without prefix. */
export type Topic = Stream | 'marks' | 'dead-letters';
export const TOPICS: readonly Topic[] = [...STREAMS, 'marks', 'dead-letters'];

/** What the records of each topic look like. */
export interface Values {
  readonly lists: List;
  readonly contacts: Contact;
  readonly suppressions: Suppression;
  readonly activities: Activity;
  readonly marks: Mark;
  readonly 'dead-letters': DeadLetter;
}
