import { readBounded, RecordReader, type TakenRecord } from '@portage/kafka';
import { type PortageError } from '@portage/platform';
import { type Activity, type Contact, parseKey, type Values } from '@portage/records';
import { type KeptStream, loadBatch } from '../load-batch.js';
import { reopenList } from '../lists/lists.repository.js';
import { type LoaderParts } from '../loader-parts.js';
import { type Target } from '../targets/target.js';
import { transact } from '../transact.js';
import { type Fates } from './fates.js';
import { type OpenedLetter } from './letter-box.js';
import { type BuriedRecord, redrivable } from './redrivable.js';
import { recount, sendBuried } from './redrive-activity.js';
import { refusal } from './refusal.js';
import { knownRecord, reopenContact } from './reopen.js';

/** `taken`: in the ledger again, the engine carries it on. `superseded`: something newer is known, so nothing was done. */
export type RedriveResult = 'taken' | 'superseded' | 'delivered' | 'skipped';

/**
 * Sends what a letter carries through the loader once more. Repeating it is harmless: the version guard (invariant 6), the
 * ledger and the events' identities (invariant 5) see to that.
 */
export class Redrive {
  constructor(
    private readonly parts: LoaderParts,
    private readonly fates: Fates,
  ) {}

  /** @throws PortageError `loader.dead_letter_refused` (dead-letter) in words for the owner; the letter stays open */
  async run(opened: OpenedLetter, signal: AbortSignal): Promise<RedriveResult> {
    const buried = redrivable(opened.letter, opened.record);
    if ('refused' in buried) throw refusal(buried.refused);
    const reader = new RecordReader(buried.stream, this.parts.registry);
    await reader.learn([buried.frame]);
    const read = reader.read(buried.frame);
    if ('undecodable' in read) throw refusal(`It still cannot be read: ${read.undecodable.reason}`);
    const target = await this.#targetOf(buried.key);
    if (buried.stream === 'activities') {
      return this.#activity(opened, buried, read.value as Activity, target, signal);
    }
    const result = await this.#kept(
      { ...buried, stream: buried.stream },
      read.value as Values[KeptStream],
      target,
      signal,
    );
    await this.fates.decide(opened.place, 'redriven', result);
    return result;
  }

  async #kept(
    buried: BuriedRecord & { readonly stream: KeptStream },
    value: Values[KeptStream],
    target: Target,
    signal: AbortSignal,
  ): Promise<RedriveResult> {
    const { database, connections, deadLetters, environment } = this.parts;
    const { stream, key, partition, offset, frame } = buried;
    const known = await knownRecord(database, target.id, stream, key);
    const { version } = value.meta;
    if (known ? known.version > version : await this.#followed(buried, signal)) return 'superseded';
    const record = { offset, key, timestamp: value.meta.observedAt, headers: {}, bytes: frame.length, value };
    const context = { database, connections, deadLetters, lingerMs: environment.LOADER_LINGER_SECONDS * 1000 };
    await loadBatch(context, stream, [{ partition, records: [record as TakenRecord<never>] }]);
    if (known?.version === version && known.outcome === 'rejected' && stream === 'contacts') {
      const { email } = value as Contact;
      await this.#reopen({ target: target.id, key, version, email });
    }
    if (known?.version === version && stream === 'lists') {
      await transact(database, (queries) => reopenList(queries, target.id, key, version));
    }
    return 'taken';
  }

  async #reopen(refused: Parameters<typeof reopenContact>[1]): Promise<void> {
    const free = await transact(this.parts.database, (queries) => reopenContact(queries, refused));
    if (!free) throw refusal('The person is being worked on at this moment: try again.');
  }

  async #activity(
    opened: OpenedLetter,
    buried: BuriedRecord,
    activity: Activity,
    target: Target,
    signal: AbortSignal,
  ): Promise<RedriveResult> {
    const { database, cluster } = this.parts;
    const connection = target.connection(parseKey(buried.key)?.connectionId ?? '');
    if (!connection) throw unknownConnection();
    const of = { ...buried, topic: cluster.topicName('activities'), activity, target, connection };
    const result = await sendBuried(database, of, signal);
    await transact(database, async (queries) => {
      const first = await this.fates.decide(opened.place, 'redriven', result.outcome, queries);
      await recount(queries, of, result, first);
    });
    return result.outcome;
  }

  /** The ledger has nothing under the key. What was erased at the source since must not come back. */
  async #followed({ stream, partition, offset, key }: BuriedRecord, signal: AbortSignal): Promise<boolean> {
    let followed = false;
    await readBounded({
      cluster: this.parts.cluster,
      registry: this.parts.registry,
      topic: stream,
      from: new Map([[partition, offset + 1]]),
      signal,
      onRecords: (_, records) => {
        followed ||= records.some((record) => record.key === key);
        return Promise.resolve();
      },
    });
    return followed;
  }

  async #targetOf(key: string): Promise<Target> {
    const { connections, targets } = this.parts;
    const connectionId = parseKey(key)?.connectionId ?? '';
    if (connections.get(connectionId) === undefined) await connections.refresh();
    const target = targets.of(connectionId);
    if (!target) throw unknownConnection();
    return target;
  }
}

function unknownConnection(): PortageError {
  return refusal('Its connection does not exist any more.');
}
