import { type Publisher, type RecordWriter, type Undecodable } from '@portage/kafka';
import { type Activity, type DeadLetter, type List, parseKey, schemaIdOf, type Stream } from '@portage/records';
import { type HeldContact } from './people/person.js';

/** Publishes what cannot be loaded, with everything needed to explain and repeat it, before its outcome is stored. */
export class DeadLetters {
  constructor(
    private readonly publisher: Pick<Publisher, 'send'>,
    private readonly writer: RecordWriter,
    private readonly topicOf: (stream: Stream) => string,
  ) {}

  /** Contacts that Klaviyo refused. */
  async contacts(
    letters: readonly (HeldContact & { readonly target: string; readonly code: string })[],
  ): Promise<void> {
    await this.#send(
      letters.map(({ key, contact, partition, offset, target, code }) => {
        const value = this.writer.encode('contacts', contact);
        return this.#letter('contacts', {
          key,
          partition,
          offset,
          value,
          schemaId: schemaIdOf(value),
          target,
          code,
          reason: 'Klaviyo refused this person.',
          runId: contact.meta.runId,
        });
      }),
    );
  }

  /** A list that Klaviyo refused. */
  async list(letter: {
    readonly key: string;
    readonly partition: number;
    readonly offset: number;
    readonly list: List;
    readonly target: string;
    readonly code: string;
  }): Promise<void> {
    const { key, partition, offset, list, target, code } = letter;
    const value = this.writer.encode('lists', list);
    const reason = 'Klaviyo refused this list; its people are loaded without it.';
    const where = { key, partition, offset, value, schemaId: schemaIdOf(value), target, runId: list.meta.runId };
    await this.#send([this.#letter('lists', { ...where, code, reason })]);
  }

  /** Records that could not be read. */
  async undecodable(
    stream: Stream,
    partition: number,
    records: readonly { readonly key: string; readonly offset: number; readonly undecodable: Undecodable }[],
  ): Promise<void> {
    await this.#send(
      records.map(({ key, offset, undecodable }) =>
        this.#letter(stream, {
          key,
          partition,
          offset,
          value: undecodable.bytes,
          schemaId: undecodable.schemaId,
          target: null,
          code: undecodable.code,
          reason: undecodable.reason,
          runId: null,
        }),
      ),
    );
  }

  /** An activity that Klaviyo refused, or that makes no event. */
  async activity(letter: {
    readonly key: string;
    readonly partition: number;
    readonly offset: number;
    readonly activity: Activity;
    readonly target: string;
    readonly code: string;
  }): Promise<void> {
    const { key, partition, offset, activity, target, code } = letter;
    const value = this.writer.encode('activities', activity);
    const reason = 'This activity cannot become an event in Klaviyo.';
    const where = { key, partition, offset, value, schemaId: schemaIdOf(value), target, runId: activity.meta.runId };
    await this.#send([this.#letter('activities', { ...where, code, reason })]);
  }

  #letter(
    stream: Stream,
    letter: Pick<DeadLetter, 'partition' | 'offset' | 'value' | 'schemaId' | 'target' | 'code' | 'reason' | 'runId'> & {
      readonly key: string;
    },
  ): { readonly key: string; readonly value: DeadLetter } {
    const parts = parseKey(letter.key);
    return {
      key: letter.key,
      value: {
        ...letter,
        key: Buffer.from(letter.key),
        topic: this.topicOf(stream),
        stream,
        connectionId: parts?.connectionId ?? null,
        sourceId: parts?.sourceId ?? null,
        stage: 'loader',
        failedAt: Date.now(),
      },
    };
  }

  async #send(letters: readonly { readonly key: string; readonly value: DeadLetter }[]): Promise<void> {
    await this.publisher.send(
      letters.map(({ key, value }) => ({ topic: 'dead-letters', key, value, timestamp: value.failedAt })),
    );
  }
}
