import { connect } from 'node:net';

/**
 * True when the broker answers a metadata request and knows itself and a controller. An open port is not enough:
 * the broker listens before it serves. Written by hand, since a client would retry and log.
 */
export async function kafkaServes(host: string, port: number, withinMs = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    let received = Buffer.alloc(0);
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        done(hasBrokerAndController(received));
    });
    socket.once('error', () => done(false));
    socket.once('end', () => done(false));
    socket.once('timeout', () => done(false));
  });
}

/** Metadata version 1 without topics: size, api key 3, version 1, correlation id, no client id, an empty array of topics. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(3, 4);
  request.writeInt16BE(1, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  return request;
}

/** Size, correlation id, brokers (id, host, port, rack), controller id. */
export function hasBrokerAndController(response: Buffer): boolean {
  const brokers = response.readInt32BE(8);
  let at = 12;
  for (let broker = 0; broker < brokers; broker += 1) {
    at += 4;
    at += 2 + response.readInt16BE(at) + 4;
    at += 2 + Math.max(0, response.readInt16BE(at));
  }
  return brokers > 0 && response.readInt32BE(at) >= 0;
}
