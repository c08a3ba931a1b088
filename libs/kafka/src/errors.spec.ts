import kafkajs from 'kafkajs';
import { PortageError } from '@portage/platform';
import { isFenced, kafkaError } from './errors.js';

const protocol = (type: string) =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable: false }));
const wrapped = (cause: Error) => Object.assign(new kafkajs.KafkaJSNonRetriableError(cause.message), { cause });

describe('kafkaError', () => {
  it.each([
    ['INVALID_PRODUCER_EPOCH', 'kafka.fenced', 'halt'],
    ['PRODUCER_FENCED', 'kafka.fenced', 'halt'],
    ['TOPIC_AUTHORIZATION_FAILED', 'kafka.unauthorised', 'halt'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'kafka.topic_missing', 'halt'],
    ['MESSAGE_TOO_LARGE', 'kafka.record_too_large', 'dead-letter'],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'kafka.failed', 'retry'],
  ])('%s is %s (%s), however deeply it is wrapped', (type, code, disposition) => {
    for (const error of [protocol(type), wrapped(protocol(type)), wrapped(wrapped(protocol(type)))]) {
      expect(kafkaError(error)).toMatchObject({ code, disposition, details: { type } });
    }
  });

  it('knows a broker that does not answer from one that refuses', () => {
    expect(kafkaError(wrapped(Object.assign(new Error('x'), { name: 'KafkaJSConnectionError' })))).toMatchObject({
      code: 'kafka.unreachable',
      disposition: 'retry',
    });
    expect(kafkaError(Object.assign(new Error('x'), { name: 'KafkaJSSASLAuthenticationError' }))).toMatchObject({
      code: 'kafka.unauthorised',
    });
  });

  it('leaves our own errors as they are and never hides them', () => {
    const own = new PortageError({ code: 'registry.unreachable', disposition: 'retry', message: 'x' });
    expect(kafkaError(own)).toBe(own);
  });

  it.each([undefined, null, 'text', new Error('x')])('takes anything: %p', (thrown) => {
    expect(kafkaError(thrown)).toMatchObject({ code: 'kafka.failed', disposition: 'retry' });
  });

  it('sees a fence through every wrapping', () => {
    expect(isFenced(wrapped(protocol('PRODUCER_FENCED')))).toBe(true);
    expect(isFenced(wrapped(protocol('NOT_LEADER_FOR_PARTITION')))).toBe(false);
  });
});
