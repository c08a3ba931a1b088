import { hasBrokerAndController } from './kafka-probe.js';

/** Size, correlation id, brokers, controller, no topics: a metadata response of version 1. */
function response(brokers: readonly { host: string; rack?: string }[], controller: number): Buffer {
  const int32 = (value: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeInt32BE(value);
    return buffer;
  };
  const string = (value?: string): Buffer => {
    const length = Buffer.alloc(2);
    length.writeInt16BE(value === undefined ? -1 : value.length);
    return Buffer.concat([length, Buffer.from(value ?? '')]);
  };
  const body = Buffer.concat([
    int32(1),
    int32(brokers.length),
    ...brokers.map(({ host, rack }, id) => Buffer.concat([int32(id), string(host), int32(9092), string(rack)])),
    int32(controller),
    int32(0),
  ]);
  return Buffer.concat([int32(body.length), body]);
}

describe('a Kafka that answers', () => {
  it.each([
    ['a broker and a controller', response([{ host: '127.0.0.1' }], 1), true],
    ['brokers in racks', response([{ host: 'a', rack: 'east' }, { host: 'b' }], 0), true],
    ['no controller yet', response([{ host: '127.0.0.1' }], -1), false],
    ['no broker yet', response([], 1), false],
  ])('serves with %s: %#', (_, answer, serves) => {
    expect(hasBrokerAndController(answer)).toBe(serves);
  });
});
